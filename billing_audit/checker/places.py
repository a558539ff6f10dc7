"""Finds for each candidate, looked at alone, whether it fits into some gap between known balances."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import starmap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from billing_audit.checker.balance_order import BalanceOrder
    from billing_audit.checker.candidates import Candidate
    from billing_audit.checker.search import Gap


class Places:
    """The gaps of one account, downwards, for questions that take the logarithm of their number each.

    The lower a gap, the later it may end, the later it may begin, and the more ceilings are above
    it. So the gaps that a candidate can be in by its times and its ceiling lie side by side, and
    it fits where the largest of them is as large as its units.
    """

    def __init__(self, order: BalanceOrder, gaps: Sequence[Gap]) -> None:
        self._order = order
        self._bottoms = [gap.bottom or 0 for gap in gaps]
        self._ends = [order.earliest_end(bottom + 1) for bottom in self._bottoms]
        self._starts = [order.latest_start(gap.top) for gap in gaps]
        sizes = [
            gap.top - bottom for gap, bottom in zip(gaps, self._bottoms, strict=True)
        ]
        self._largest = [sizes]  # at [k][i]: the largest of 2 ** k gaps from the i-th
        while (width := 1 << (len(self._largest) - 1)) * 2 <= len(sizes):
            halves = self._largest[-1]
            self._largest.append(
                list(starmap(max, zip(halves, halves[width:], strict=False)))
            )

    def refs_of(self, candidates: Iterable[Candidate]) -> set[str]:
        """Return the refs of the candidates that fit somewhere."""
        return {candidate.ref for candidate in candidates if self._has_room(candidate)}

    def _has_room(self, candidate: Candidate) -> bool:
        first = max(
            bisect_left(self._ends, candidate.not_before),
            self._first_low_enough(candidate),
        )
        last = bisect_right(self._starts, candidate.deadline)
        return first < last and self._largest_of(first, last) >= candidate.units

    def _first_low_enough(self, candidate: Candidate) -> int:
        """Return the first gap that the candidate may reach the bottom of, by its ceiling and its start."""

        def is_low_enough(bottom: int) -> bool:
            last = bottom + candidate.units
            return last < candidate.ceiling and candidate.not_before <= (
                self._order.earliest_end(last)
            )

        return bisect_left(self._bottoms, x=True, key=is_low_enough)

    def _largest_of(self, first: int, last: int) -> int:
        level = (last - first).bit_length() - 1
        row = self._largest[level]
        return max(row[first], row[last - (1 << level)])
