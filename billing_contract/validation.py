"""Validate JSON values against the contract's schemas.

`jsonschema-rs` accepts a valid value in under a microsecond; for an invalid one, `jsonschema`
gives the reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

if TYPE_CHECKING:
    from collections.abc import Iterator

    import jsonschema

    from billing_contract.contract import Contract


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a value is not valid.

    `place` is the path to the wrong part, such as `plan.status`, and empty for the whole value.
    `rule` is the JSON Schema keyword that the part breaks, such as `required`.
    """

    place: str
    message: str
    rule: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


@cache
def validator_of(contract: Contract, schema_name: str) -> Validator:
    """Return the validator of one of the contract's schemas; it is compiled at the first call only.

    Threads may share it. Raises KeyError when the contract has no schema of this name.
    """
    return Validator(contract.schema(schema_name))


class Validator:
    """A compiled JSON Schema (2020-12). Numbers of the values may be Decimal.

    `schema` must hold every schema that it refers to. Threads may share a validator.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema
        self._fast = jsonschema_rs.Draft202012Validator(schema)
        self._explaining: jsonschema.Draft202012Validator | None = None

    def is_valid(self, value: Any) -> bool:
        """Return whether the value is valid against the schema."""
        return self._fast.is_valid(value)

    def problems(self, value: Any) -> list[Problem]:
        """Return every problem of the value, ordered by place; an empty list when it is valid."""
        if self.is_valid(value):
            return []
        found = sorted(set(self._explain(value)), key=lambda problem: problem.place)
        return found or [Problem("", "is not what the schema allows", "")]

    def _explain(self, value: Any) -> Iterator[Problem]:
        if self._explaining is None:
            from jsonschema import Draft202012Validator  # noqa: PLC0415  imported at the first invalid value only: it would slow every start

            self._explaining = Draft202012Validator(self._schema)
        for error in self._explaining.iter_errors(value):
            steps = [str(step) for step in error.absolute_path]
            if error.validator == "required":
                for name in set(error.validator_value) - set(error.instance):
                    yield Problem(".".join([*steps, name]), "is missing", "required")
            else:
                yield Problem(".".join(steps), _describe(error), str(error.validator))


_BOUNDS = {
    "exclusiveMinimum": "greater than",
    "minimum": "at least",
    "maximum": "at most",
}


def _describe(error: jsonschema.ValidationError) -> str:
    wanted: Any = error.validator_value
    match error.validator:
        case "type":
            types = wanted if isinstance(wanted, list) else [wanted]
            return f"must be {' or '.join(map(_article, types))}, not {_json_type(error.instance)}"
        case "exclusiveMinimum" | "minimum" | "maximum":
            return f"must be {_BOUNDS[error.validator]} {wanted}"
        case "minLength":
            return "must not be empty"
        case "enum":
            return f"must be one of {', '.join(str(each) for each in wanted if each is not None)}"
        case _:
            return error.message


def _article(json_type: str) -> str:
    if json_type == "null":
        return json_type
    return f"an {json_type}" if json_type[0] in "aio" else f"a {json_type}"


def _json_type(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case str():
            return "a string"
        case dict():
            return "an object"
        case list():
            return "an array"
        case _:
            return "a number"
