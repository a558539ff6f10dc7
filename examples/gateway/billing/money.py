"""Money is Decimal from JSON text to JSON text. A float would turn 0.1 + 0.2 into 0.30000000000000004."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import simplejson


def checked_units(units: Decimal) -> Decimal:
    """The units, where they can be paid. Raises ValueError for a float, for zero and below."""
    if not isinstance(units, Decimal):
        raise ValueError(f"units: must be a Decimal, not {type(units).__name__}")
    if not units.is_finite() or units <= 0:
        raise ValueError(f"units: must be greater than 0, not {units}")
    return units


def amount(value: Any) -> Decimal:
    """An amount of an answer. Raises ValueError where it is no number."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    raise ValueError(f"{value!r} is no amount")


def write_json(fields: dict[str, Any]) -> bytes:
    """Write an object; Decimals keep every digit."""
    return simplejson.dumps(fields, use_decimal=True).encode()


def read_json(text: bytes) -> Any:
    """Read a value; numbers with a point become Decimal. Raises ValueError."""
    return simplejson.loads(text, use_decimal=True)
