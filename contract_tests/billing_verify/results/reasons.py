"""Reasons that differ in numbers only, told as one."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def without_numbers(reason: str) -> str:
    """Return what is the same in all reasons that differ in numbers only."""
    return _NUMBER.sub("0", reason)


def larger_reason(one: str, other: str) -> str:
    """Return the reason whose first number is larger: a budget that helps there helps with both."""
    return max(one, other, key=_first_number)


def _first_number(reason: str) -> Decimal:
    found = _NUMBER.search(reason)
    return Decimal(found[0]) if found else Decimal(0)
