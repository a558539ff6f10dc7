"""Judges JSON values by the contract's schemas.

`jsonschema-rs` says yes in under a microsecond; where it says no, `jsonschema` explains.
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
    """What is wrong with a value: `place` (such as `plan.status`, empty for the whole) and why.

    `rule` is the JSON Schema keyword that says so, such as `required`.
    """

    place: str
    message: str
    rule: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


@cache
def validator_of(contract: Contract, schema_name: str) -> Validator:
    """The one validator of a schema, compiled at its first use. Threads may share it."""
    return Validator(contract.schema(schema_name))


class Validator:
    """One JSON Schema (2020-12) that stands alone, compiled once. Numbers may be Decimal."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema
        self._fast = jsonschema_rs.Draft202012Validator(schema)
        self._explaining: jsonschema.Draft202012Validator | None = None

    def is_valid(self, value: Any) -> bool:
        """Whether the value keeps the schema."""
        return self._fast.is_valid(value)

    def problems(self, value: Any) -> list[Problem]:
        """All that is wrong with the value, in a stable order; empty when it is valid."""
        if self.is_valid(value):
            return []
        found = sorted(set(self._explain(value)), key=lambda problem: problem.place)
        return found or [Problem("", "is not what the schema allows", "")]

    def _explain(self, value: Any) -> Iterator[Problem]:
        if self._explaining is None:
            from jsonschema import Draft202012Validator  # noqa: PLC0415  a refusal may wait for it, a start may not

            self._explaining = Draft202012Validator(self._schema)
        for error in self._explaining.iter_errors(value):
            steps = [str(step) for step in error.absolute_path]
            if error.validator == "required":
                for name in set(error.validator_value) - set(error.instance):
                    yield Problem(".".join([*steps, name]), "is missing", "required")
            else:
                yield Problem(".".join(steps), _in_words(error), str(error.validator))


_BOUNDS = {
    "exclusiveMinimum": "greater than",
    "minimum": "at least",
    "maximum": "at most",
}


def _in_words(error: jsonschema.ValidationError) -> str:
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
