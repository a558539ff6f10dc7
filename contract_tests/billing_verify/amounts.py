"""Amounts of units that the suite sends, and how two of them are compared."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import Any

import pytest

Amount = Decimal | str | int

CENT = Decimal("0.01")
HALF_A_CENT = CENT / 2
MODERATE = Decimal(1000)
"""The largest amount, in units, that every conforming service has to take.

The document states no largest amount, so a service may have one; none is expected below this.
"""

SMALLEST_MAXIMUM = Decimal(10_000)
"""The smallest of the largest amounts, in units, that services of this family are seen to have."""

WHOLE_RANGE = ("0", "0.01", "999.99", "1000", "12345.67", "1000000")
"""Balances, in units, at which services are seen to write an amount in another way.

Nothing becomes null or is left out, thousands get separators, large numbers an exponent.
"""


def money(amount: Amount) -> Any:
    """Return an amount that is equal to every other within half a cent.

    The contract promises amounts to two decimals.
    """
    return pytest.approx(Decimal(amount), abs=HALF_A_CENT, rel=0)


def shown(amount: Decimal) -> str:
    """Return an amount as people write it: a whole one without decimals, any other with two or more."""
    if not amount.is_finite():
        return str(amount)
    whole, _, decimals = f"{amount:f}".partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals.ljust(2, '0')}" if decimals else whole


def just_over_half(balance: Decimal) -> Decimal:
    """Return units that a balance pays once and not twice: a cent more than half of it."""
    return (balance / 2).quantize(CENT, rounding=ROUND_FLOOR) + CENT
