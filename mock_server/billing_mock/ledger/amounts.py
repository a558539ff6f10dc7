"""The amounts that the mock keeps exactly: their bounds, and how many decimals one has."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

DECIMALS_MAX: Final = 350  # any double, written in decimal, is kept exactly
BALANCE_LIMIT: Final = Decimal(10) ** 30


def exact_decimals(value: Decimal) -> int:
    """Return how many decimals the value needs: 2.50 needs one.

    A value whose first digit is the decimal 2 * DECIMALS_MAX or a later one, such as 5E-700 or
    0E-700, is not written out; for it, DECIMALS_MAX + 1 is returned.
    """
    text = (
        format(value, "f")
        if value.adjusted() > -DECIMALS_MAX * 2
        else "0." + "0" * DECIMALS_MAX + "1"
    )
    return len(text.partition(".")[2].rstrip("0"))
