"""Completes the order of an account's balances with indefinite debits, or finds why none can."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from typing import TYPE_CHECKING, Final

from billing_audit.checker.candidates import Candidate, candidates_of
from billing_audit.checker.contradictions import (
    ContradictionError,
    NeverRefusable,
    NoChoice,
    UnexplainedDuplicate,
    Unfilled,
)
from billing_audit.checker.results import Inconclusive, Linearizable
from billing_audit.checker.search import Gap, OutOfStepsError, Search

if TYPE_CHECKING:
    from billing_audit.checker.account_history import AccountHistory
    from billing_audit.checker.balance_order import BalanceOrder
    from billing_audit.checker.contradictions import Contradiction
    from billing_audit.checker.search import StepLimit

SUMS_MAX: Final = 100_000


class Completion:
    """One account's history, the order of its known balances, and candidates for the gaps.

    Raises ContradictionError and UndecidableError as `candidates_of` does.
    """

    def __init__(self, history: AccountHistory, order: BalanceOrder) -> None:
        self._history = history
        self._order = order
        self._candidates = candidates_of(history)
        self._total = sum(each.units for each in self._candidates)
        known = order.known or [self._assumed_balance()]
        self._highest, self._lowest = known[0], known[-1]
        self._gaps = [*(Gap(*gap) for gap in order.gaps), Gap(self._lowest, None)]

    def find(self, limit: StepLimit) -> Linearizable | Inconclusive:
        """Return an order that explains the history, or Inconclusive when the limit is reached.

        Raises ContradictionError when there is no order, and also at the limit where a single
        thing is found that no choice of candidates can explain.
        """
        plain = Search(self._order, self._candidates, self._gaps)
        try:
            for opening in self._openings(limit):
                search = plain
                if opening > self._highest:
                    gaps = [Gap(opening, self._highest), *self._gaps]
                    search = Search(self._order, self._candidates, gaps)
                chosen = search.run(limit)
                if chosen is not None:
                    charged = tuple(each.debit for each in chosen)
                    return Linearizable(self._history.scale.amount(opening), charged)
        except OutOfStepsError:
            cause = self._certain_cause(plain.furthest)
            if cause is None:
                return self._inconclusive(limit)
            raise ContradictionError(cause) from None
        raise ContradictionError(
            self._certain_cause(plain.furthest) or NoChoice(*plain.furthest)
        )

    def _inconclusive(self, limit: StepLimit) -> Inconclusive:
        return Inconclusive(
            f"{limit.steps} steps were not enough to tell which of the "
            f"{len(self._candidates)} debits without a definite answer took effect. Allow more "
            "steps, or record a history that decides them: send a lost debit again with its "
            "ref until it is answered, and choose units whose sums differ."
        )

    def _assumed_balance(self) -> int:
        """Return the balance to assume where no answer shows one.

        It is zero where a candidate has to be charged (a search then raises the opening above
        it). Otherwise it is so low that it explains every refusal.
        """
        if any(candidate.needed for candidate in self._candidates):
            return 0
        return min(0, self._order.lowest)

    def _openings(self, limit: StepLimit) -> list[int]:
        """Return the balances that the account may have opened with, lowest first.

        Where a debit before the first known balance is not needed, an order without it, and
        with an opening less its units, is as good. So only needed ones can raise the opening.
        """
        openings = {self._highest}
        if self._history.opening is None:
            for candidate in self._candidates:
                if candidate.needed:
                    openings |= {each + candidate.units for each in openings}
                    limit.spend(len(openings))
        return sorted(openings)

    def _certain_cause(self, furthest: Gap) -> Contradiction | None:
        """Return a single thing that no choice of candidates can explain, None where there is none."""
        placed = self._refs_with_a_place()
        for candidate in self._candidates:
            if candidate.needed and candidate.ref not in placed:
                return UnexplainedDuplicate(candidate.ref)
        small = (each.units for each in self._candidates if each.units <= self._lowest)
        lowest = max(self._lowest - sum(small), min(self._lowest, 0))
        for place in self._history.places():
            if place[1] < lowest:
                return NeverRefusable(place, self._lowest, lowest)
        if furthest.bottom is not None and not self._can_fill(
            furthest.top, furthest.bottom
        ):
            return Unfilled(furthest.top, furthest.bottom)
        return None

    def _refs_with_a_place(self) -> set[str]:
        """Return the needed refs of which a candidate, looked at alone, fits somewhere."""
        gaps = self._gaps
        if self._history.opening is None:
            gaps = [Gap(self._highest + self._total, self._highest), *gaps]
        order = self._order
        ends = [order.earliest_end((gap.bottom or 0) + 1) for gap in gaps]
        starts = [order.latest_start(gap.top) for gap in gaps]
        return {
            candidate.ref
            for candidate in self._candidates
            if candidate.needed
            and any(
                self._fits(candidate, gap)
                for gap in gaps[
                    bisect_left(ends, candidate.not_before) : bisect_right(
                        starts, candidate.deadline
                    )
                ]
            )
        }

    def _fits(self, candidate: Candidate, gap: Gap) -> bool:
        last = (gap.bottom or 0) + candidate.units
        return (
            last <= gap.top
            and last < candidate.ceiling
            and candidate.not_before <= self._order.earliest_end(last)
        )

    def _can_fill(self, top: int, bottom: int) -> bool:
        """Return whether some candidates add up to the gap, were each free to be used here."""
        size = top - bottom
        by = self._order.earliest_end(bottom + 1)
        after = self._order.latest_start(top)
        pieces = Counter(
            candidate.units
            for candidate in self._candidates
            if candidate.not_before <= by and candidate.deadline >= after
        )
        sums, work = {0}, 0
        for units, count in pieces.items():
            for _ in range(min(count, size // units)):
                sums |= {each + units for each in sums if each + units <= size}
                work += len(sums)
                if size in sums or work > SUMS_MAX:
                    return True
        return False
