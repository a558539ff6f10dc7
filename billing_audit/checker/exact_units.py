"""Exact amounts as whole numbers, which are fast to add, compare and look up. Nothing is rounded."""

from __future__ import annotations

from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, Inexact
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_EXACT: Final = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact])
CENTS: Final = 2


class Scale:
    """A unit of 10 to the power of minus `places`, in which amounts are whole numbers."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._factor = Decimal(f"1E{places}")

    def wholes(self, amounts: Iterable[Decimal]) -> list[int]:
        """Return amounts as whole numbers. Raises decimal.Inexact where one has more decimals."""
        # All in C: this runs for every amount of a history.
        products = map(_EXACT.multiply, amounts, repeat(self._factor))
        return list(map(int, map(_EXACT.to_integral_exact, products)))

    def amount(self, whole: int) -> Decimal:
        """Return the amount that a whole number stands for."""
        return Decimal(f"{whole}E-{self._places}")


def measure(columns: Sequence[Sequence[Decimal]]) -> tuple[Scale, list[list[int]]]:
    """Return a scale on which all amounts are whole, cents where that is enough, and the amounts on it."""
    try:
        scale = Scale(CENTS)
        return scale, [scale.wholes(column) for column in columns]
    except Inexact:
        scale = Scale(max(map(_decimals, chain(*columns))))
        return scale, [scale.wholes(column) for column in columns]


def _decimals(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
