"""Read `openapi.yaml` into its parts: operations, schemas, clauses, open choices.

The parts are frozen. A file that is not a contract raises ContractError; its message names what
is missing and where.
"""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import yaml

from billing_contract.parts import (
    Clause,
    Level,
    OpenChoice,
    Operation,
    Option,
    Parameter,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class ContractError(Exception):
    """A contract file cannot be used; the message names the place and the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contract:
    """The whole contract, read from one file.

    `sha256` is the digest of the file's bytes, in hexadecimal. `operations`, `clauses` and
    `open_choices` are keyed by id, in the order of the file. `text` is the file's text and
    `parsed` the same as Python values; neither may be changed.
    """

    path: Path
    sha256: str
    title: str
    version: str
    operations: Mapping[str, Operation]
    schema_names: frozenset[str]
    clauses: Mapping[str, Clause]
    open_choices: Mapping[str, OpenChoice]
    text: str = field(repr=False)
    parsed: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the contract file at `path`.

        Raises ContractError when the file cannot be read, is not YAML, or is not a billing contract.
        """
        try:
            raw = path.read_bytes()
            text = raw.decode()
        except (OSError, UnicodeDecodeError) as error:
            raise ContractError(f"{path}: cannot be read: {error}") from error
        document = _parse(text, path)
        try:
            return cls(
                path=path,
                sha256=hashlib.sha256(raw).hexdigest(),
                title=document["info"]["title"],
                version=document["info"]["version"],
                operations=_by_id(_operations(document)),
                schema_names=frozenset(document["components"]["schemas"]),
                clauses=_by_id(_clause(entry) for entry in document["x-clauses"]),
                open_choices=_by_id(
                    _choice(entry) for entry in document["x-open-choices"]
                ),
                text=text,
                parsed=MappingProxyType(document),
            )
        except KeyError as error:
            raise ContractError(
                f"{path}: the field {error} is missing; compare with the released openapi.yaml"
            ) from error
        except (TypeError, ValueError, AttributeError) as error:
            raise ContractError(f"{path}: not a billing contract: {error}") from error

    def document(self) -> dict[str, Any]:
        """Return the whole OpenAPI document as a deep copy, which the caller may change."""
        return copy.deepcopy(dict(self.parsed))

    def schema(self, name: str) -> dict[str, Any]:
        """Return the JSON Schema (2020-12) of this name, with all schemas that it refers to.

        Raises KeyError when `name` is not one of `schema_names`.
        """
        if name not in self.schema_names:
            raise KeyError(name)
        schemas = copy.deepcopy(self.parsed["components"]["schemas"])
        return {
            "$ref": f"#/components/schemas/{name}",
            "components": {"schemas": schemas},
        }

    def fields_of(self, operation: Operation) -> frozenset[str]:
        """Return the names that a request of the operation may use: fields of its body and query parameters."""
        parameters = frozenset(each.name for each in operation.parameters)
        if operation.request_schema is None:
            return parameters
        schema = self.parsed["components"]["schemas"][operation.request_schema]
        return parameters | frozenset(schema["properties"])


Part = TypeVar("Part", Clause, OpenChoice, Operation)


@cache
def load_contract() -> Contract:
    """Return the contract that this distribution carries; it is read at the first call only.

    In an installed wheel `openapi.yaml` lies inside the package, in a checkout one folder above it.
    Raises ContractError as `Contract.read` does.
    """
    package = Path(__file__).parent
    shipped = package / "openapi.yaml"
    return Contract.read(
        shipped if shipped.exists() else package.parent / "openapi.yaml"
    )


def _parse(text: str, path: Path) -> dict[str, Any]:
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        document = yaml.load(text, Loader=loader)  # noqa: S506  a safe loader, the fast one where there is one
    except yaml.YAMLError as error:
        raise ContractError(f"{path}: not YAML: {error}") from error
    if not isinstance(document, dict):
        raise ContractError(
            f"{path}: an OpenAPI document was expected, found {type(document).__name__}"
        )
    return document


def _by_id(entries: Iterator[Part]) -> Mapping[str, Part]:
    found: dict[str, Part] = {}
    for entry in entries:
        if entry.id in found:
            raise ValueError(f"the id {entry.id!r} stands twice")
        found[entry.id] = entry
    return MappingProxyType(found)


def _clause(entry: dict[str, Any]) -> Clause:
    return Clause(
        id=entry["id"],
        level=Level(entry["level"]),
        text=entry["text"],
        source=entry["source"],
        hint=entry["hint"],
        provisional=entry.get("provisional", False),
    )


def _choice(entry: dict[str, Any]) -> OpenChoice:
    options = tuple(
        Option(id=option["id"], text=option["text"]) for option in entry["options"]
    )
    choice = OpenChoice(
        id=entry["id"],
        question=entry["question"],
        default=entry["default"],
        why=entry["why"],
        options=options,
    )
    if choice.default not in choice.option_ids:
        raise ValueError(
            f"open choice {choice.id!r}: the default {choice.default!r} is none of its options"
        )
    return choice


def _operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield _operation(item[method], method.upper(), path)


def _operation(entry: dict[str, Any], method: str, path: str) -> Operation:
    body = entry.get("requestBody")
    return Operation(
        id=entry["operationId"],
        method=method,
        path=path,
        summary=entry["summary"],
        provisional=entry.get("x-provisional", False),
        parameters=tuple(
            Parameter(name=parameter["name"], required=parameter.get("required", False))
            for parameter in entry.get("parameters", ())
        ),
        request_schema=_schema_name(body) if body else None,
        response_schema=_schema_name(entry["responses"]["200"]),
        statuses=frozenset(int(status) for status in entry["responses"]),
    )


def _schema_name(content: dict[str, Any]) -> str:
    reference: str = content["content"]["application/json"]["schema"]["$ref"]
    return reference.rpartition("/")[2]
