"""Keep money as Decimal from JSON text to JSON text: as floats, 0.1 + 0.2 is 0.30000000000000004."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import simplejson


def checked_units(units: Decimal) -> Decimal:
    """Return `units` unchanged. Raises ValueError when it is not a finite Decimal above 0."""
    if not isinstance(units, Decimal):
        raise ValueError(f"units: must be a Decimal, not {type(units).__name__}")
    if not units.is_finite() or units <= 0:
        raise ValueError(f"units: must be greater than 0, not {units}")
    return units


def amount(value: Any) -> Decimal:
    """Return an amount of an answer as a Decimal. Raises ValueError when `value` is not an int or a Decimal."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    raise ValueError(f"{value!r} is no amount")


def write_json(fields: dict[str, Any]) -> bytes:
    """Return an object as JSON; a Decimal keeps every digit."""
    return simplejson.dumps(fields, use_decimal=True).encode()


def read_json(text: bytes) -> Any:
    """Return the value of a JSON text, numbers with a point as Decimal. Raises ValueError when it is not JSON."""
    return simplejson.loads(text, use_decimal=True)
