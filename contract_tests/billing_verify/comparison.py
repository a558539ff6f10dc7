"""What was expected and what came, as data, and the one sentence that is written from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Any

import pytest

_APPROXIMATE: Any = type(pytest.approx(0))
_JSON_ESCAPE = re.compile(r"\\u((?!d[89a-f]|00[01])[0-9a-f]{4})")
_ONE_OF = "in"
_PREFIXES = {
    "<": "below ",
    "<=": "at most ",
    ">": "above ",
    ">=": "at least ",
    "!=": "anything but ",
    "is not": "anything but ",
    "not in": "nothing of ",
}


class Description(str):
    """A value in words, such as *application/json*, which a sentence holds without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A value that came and what was expected of it.

    `relation` is the operator between them as Python writes it: `actual < expected`. `body` is the
    text of the response that the actual value is from, None where that is not known, and
    `after_status` the status of a refusal before it, where the value must not have changed.
    """

    expected: Any
    actual: Any
    relation: str = "=="
    body: str | None = None
    after_status: int | None = None

    @property
    def expected_text(self) -> str:
        """Return what was expected, such as *401 or 422*, *below 500* or *5*."""
        if self.relation == _ONE_OF:
            return _format_choices(self.expected)
        return f"{_PREFIXES.get(self.relation, '')}{format_value(self.expected)}"

    @property
    def actual_text(self) -> str:
        """Return what came."""
        return format_value(self.actual)

    def __str__(self) -> str:
        """Return the sentence for people: what was expected, what came, and in which response."""
        after = "" if self.after_status is None else f" after {self.after_status}"
        body = "" if self.body is None else f": {self.body or 'an empty body'}"
        return with_letters(
            f"{self.expected_text} was expected, and {self.actual_text} came{after}{body}"
        )


def format_value(value: Any) -> str:
    """Return a value as people write it: amounts as plain numbers, everything else as Python does."""
    if isinstance(value, Decimal | IntEnum):  # an IntEnum is a status of http.client
        return str(value)
    if isinstance(value, _APPROXIMATE):
        return format_value(value.expected)
    if isinstance(value, Mapping):
        fields = (f"{name!r}: {format_value(field)}" for name, field in value.items())
        return f"{{{', '.join(fields)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(format_value, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(format_value, value))}{',' * (len(value) == 1)})"
    return repr(value)


def with_letters(text: str) -> str:
    r"""Return a text with the letters that JSON may write as \uXXXX, control characters left as they are."""
    return _JSON_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def _format_choices(choices: Any) -> str:
    if isinstance(choices, range):
        return f"{choices[0]} to {choices[-1]}"
    if isinstance(choices, set | frozenset):
        return " or ".join(sorted(map(format_value, choices)))
    if isinstance(choices, list | tuple):
        return " or ".join(map(format_value, choices))
    return f"a part of {format_value(choices)}"
