"""Completes the order of an account's balances with indefinite debits, or finds why none can."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from billing_audit.checker.candidate_pool import CandidatePool
from billing_audit.checker.candidates import candidates_of
from billing_audit.checker.contradictions import (
    ContradictionError,
    NeverRefusable,
    NoChoice,
    UnexplainedDuplicate,
    Unfilled,
)
from billing_audit.checker.places import Places
from billing_audit.checker.results import Inconclusive, Linearizable
from billing_audit.checker.search import Gap, Search
from billing_audit.checker.step_limit import OutOfStepsError

if TYPE_CHECKING:
    from billing_audit.checker.account_history import AccountHistory
    from billing_audit.checker.balance_order import BalanceOrder
    from billing_audit.checker.contradictions import Contradiction
    from billing_audit.checker.step_limit import StepLimit

SUMS_MAX: Final = 100_000


class Completion:
    """One account's history, the order of its known balances, and candidates for the gaps.

    Its searches together keep to `limit`. Raises ContradictionError and UndecidableError as `candidates_of` does.
    """

    def __init__(
        self, history: AccountHistory, order: BalanceOrder, limit: StepLimit
    ) -> None:
        self._limit = limit
        self._history = history
        self._order = order
        self._candidates = candidates_of(history)
        self._total = sum(each.units for each in self._candidates)
        # Where no answer shows a balance, one of zero explains every refusal; a search raises the
        # opening above it where candidates have to be charged.
        known = order.known or [0]
        self._highest, self._lowest = known[0], known[-1]
        self._gaps = [*(Gap(*gap) for gap in order.gaps), Gap(self._lowest, None)]

    def find(self) -> Linearizable | Inconclusive:
        """Return an order that explains the history, or Inconclusive when the limit is reached.

        Raises ContradictionError when there is no order, and also at the limit where a single
        thing is found that no choice of candidates can explain.
        """
        pool = CandidatePool(self._candidates, self._limit)
        plain = Search(self._order, pool, self._gaps)
        try:
            for opening in self._openings():
                search = plain
                if opening > self._highest:
                    self._limit.spend(1)
                    before = Gap(opening, self._highest)
                    search = Search(self._order, pool, self._gaps, before)
                chosen = search.run(self._limit)
                if chosen is not None:
                    charged = tuple(each.debit for each in chosen)
                    return Linearizable(self._history.scale.amount(opening), charged)
        except OutOfStepsError:
            cause = self._certain_cause(plain.furthest)
            if cause is None:
                return self._inconclusive()
            raise ContradictionError(cause) from None
        raise ContradictionError(
            self._certain_cause(plain.furthest) or NoChoice(*plain.furthest)
        )

    def _inconclusive(self) -> Inconclusive:
        return Inconclusive(
            f"{self._limit.steps} steps were not enough to tell which of the "
            f"{len(self._candidates)} debits without a definite answer took effect. Allow more "
            "steps, or record a history that decides them: send a lost debit again with its "
            "ref until it is answered, and choose units whose sums differ."
        )

    def _openings(self) -> list[int]:
        """Return the balances that the account may have opened with, lowest first.

        Where a debit before the first known balance is not needed, an order without it, and
        with an opening less its units, is as good. So only needed ones can raise the opening.
        """
        openings = {self._highest}
        if self._history.opening is None:
            for candidate in self._candidates:
                if candidate.needed:
                    openings |= {each + candidate.units for each in openings}
                    self._limit.spend(len(openings))
        return sorted(openings)

    def _certain_cause(self, furthest: Gap) -> Contradiction | None:
        """Return a single thing that no choice of candidates can explain, None where there is none."""
        placed = Places(self._order, self._gaps_from_the_opening()).refs_of(
            candidate for candidate in self._candidates if candidate.needed
        )
        for candidate in self._candidates:
            if candidate.needed and candidate.ref not in placed:
                return UnexplainedDuplicate(candidate.ref)
        small = (each.units for each in self._candidates if each.units <= self._lowest)
        lowest = max(self._lowest - sum(small), 0)
        for place in self._history.places():
            if place[1] < lowest:
                return NeverRefusable(place, self._lowest, lowest)
        if furthest.bottom is not None and not self._can_fill(
            furthest.top, furthest.bottom
        ):
            return Unfilled(furthest.top, furthest.bottom)
        return None

    def _gaps_from_the_opening(self) -> list[Gap]:
        """Return the gaps, and before them the fall from the highest opening that is possible."""
        if self._history.opening is not None:
            return self._gaps
        return [Gap(self._highest + self._total, self._highest), *self._gaps]

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
