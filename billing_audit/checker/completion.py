"""Completes an account's way down with indefinite debits, or says why that cannot be done."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from typing import TYPE_CHECKING, Final

from billing_audit.checker import counterexamples
from billing_audit.checker.candidates import Attempt, attempts_of
from billing_audit.checker.results import (
    Broken,
    Inconclusive,
    Linearizable,
    Verdict,
)
from billing_audit.checker.search import Gap, OutOfStepsError, Search

if TYPE_CHECKING:
    from billing_audit.checker.account_history import Story
    from billing_audit.checker.balance_order import Descent
    from billing_audit.checker.search import Budget

SUMS_MAX: Final = 100_000


class Completion:
    """One story, its certain part judged already, and the attempts to complete it with."""

    def __init__(self, story: Story, descent: Descent) -> None:
        self._story = story
        self._descent = descent
        self._attempts = attempts_of(story)
        self._total = sum(attempt.units for attempt in self._attempts)
        known = descent.known or [self._free_balance()]
        self._highest, self._lowest = known[0], known[-1]
        self._gaps = [*(Gap(*gap) for gap in descent.gaps), Gap(self._lowest, None)]

    def verdict(self, budget: Budget) -> Verdict:
        """Search for a completion; when there is none, look for what is to blame."""
        plain = Search(self._descent, self._attempts, self._gaps)
        try:
            for opening in self._openings(budget):
                search = plain
                if opening > self._highest:
                    gaps = [Gap(opening, self._highest), *self._gaps]
                    search = Search(self._descent, self._attempts, gaps)
                order = search.run(budget)
                if order is not None:
                    charged = tuple(attempt.debit for attempt in order)
                    return Linearizable(self._story.scale.amount(opening), charged)
        except OutOfStepsError:
            return self._certain_cause(plain.furthest) or self._inconclusive(budget)
        return self._certain_cause(plain.furthest) or counterexamples.no_choice(
            self._story, plain.furthest
        )

    def _inconclusive(self, budget: Budget) -> Inconclusive:
        return Inconclusive(
            f"{budget.steps} steps were not enough to tell which of the "
            f"{len(self._attempts)} debits without a definite answer took effect. Allow more "
            "steps, or record a history that decides them: send a lost debit again with its "
            "ref until it is answered, and choose units whose sums differ."
        )

    def _free_balance(self) -> int:
        """Choose the last balance where none is known: as low as the refusals like it."""
        if any(attempt.needed for attempt in self._attempts):
            return 0
        return min(0, self._descent.lowest)

    def _openings(self, budget: Budget) -> list[int]:
        """Give the balances that the account may have opened with, lowest first.

        Where a debit before the first known balance is not needed, an order without it, and
        with an opening less its units, is as good. So only needed ones can raise the opening.
        """
        openings = {self._highest}
        if self._story.opening is None:
            for attempt in self._attempts:
                if attempt.needed:
                    openings |= {each + attempt.units for each in openings}
                    budget.spend(len(openings))
        return sorted(openings)

    def _certain_cause(self, furthest: Gap) -> Broken | None:
        """Find a single thing that no choice of attempts can explain."""
        placed = self._refs_with_a_place()
        for attempt in self._attempts:
            if attempt.needed and attempt.ref not in placed:
                return counterexamples.unexplained_duplicate(self._story, attempt.ref)
        small = (each.units for each in self._attempts if each.units <= self._lowest)
        lowest = max(self._lowest - sum(small), min(self._lowest, 0))
        for place in self._story.places():
            if place[1] < lowest:
                return counterexamples.never_refusable(
                    self._story, place, known=self._lowest, lowest=lowest
                )
        if furthest.bottom is not None and not self._can_fill(
            furthest.top, furthest.bottom
        ):
            return counterexamples.unfilled(self._story, furthest.top, furthest.bottom)
        return None

    def _refs_with_a_place(self) -> set[str]:
        """Give the needed refs of which an attempt, looked at alone, fits somewhere."""
        gaps = self._gaps
        if self._story.opening is None:
            gaps = [Gap(self._highest + self._total, self._highest), *gaps]
        descent = self._descent
        ends = [descent.earliest_end((gap.bottom or 0) + 1) for gap in gaps]
        starts = [descent.latest_start(gap.top) for gap in gaps]
        return {
            attempt.ref
            for attempt in self._attempts
            if attempt.needed
            and any(
                self._fits(attempt, gap)
                for gap in gaps[
                    bisect_left(ends, attempt.since) : bisect_right(starts, attempt.due)
                ]
            )
        }

    def _fits(self, attempt: Attempt, gap: Gap) -> bool:
        last = (gap.bottom or 0) + attempt.units
        return (
            last <= gap.top
            and last < attempt.ceiling
            and attempt.since <= self._descent.earliest_end(last)
        )

    def _can_fill(self, top: int, bottom: int) -> bool:
        """Say whether some attempts add up to the gap, were each free to be used here."""
        size = top - bottom
        by = self._descent.earliest_end(bottom + 1)
        after = self._descent.latest_start(top)
        pieces = Counter(
            attempt.units
            for attempt in self._attempts
            if attempt.since <= by and attempt.due >= after
        )
        sums, work = {0}, 0
        for units, count in pieces.items():
            for _ in range(min(count, size // units)):
                sums |= {each + units for each in sums if each + units <= size}
                work += len(sums)
                if size in sums or work > SUMS_MAX:
                    return True
        return False
