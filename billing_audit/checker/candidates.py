"""Indefinite debits, and what the rest of the history demands of them if they took effect."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_audit.checker import counterexamples
from billing_audit.checker.account_history import end_of
from billing_audit.checker.balance_order import ALWAYS, NEVER
from billing_audit.checker.results import Contradiction, Undecidable, quoted

if TYPE_CHECKING:
    from decimal import Decimal

    from billing_audit.checker.account_history import Story
    from billing_audit.operations import Debit


@dataclass(frozen=True, slots=True)
class Attempt:
    """A debit that may have taken effect once, at any time after its start, or never.

    `since` is the latest start among it and the 403s of its ref, which all come before it;
    `due` is the earliest end among the 409s of its ref, which all come after it; `ceiling` is
    the least that a 403 of its ref was too little for, so it takes effect only below that.
    Of a ref that is `needed` one attempt did take effect; `alone` is its ref's only attempt.
    """

    debit: Debit
    units: int
    since: Decimal
    due: Decimal
    ceiling: float
    needed: bool
    alone: bool

    @property
    def ref(self) -> str:
        """The ref that it would use up."""
        return self.debit.ref


def attempts_of(story: Story) -> list[Attempt]:
    """Give the attempts that can matter; raise Contradiction for a 409 that none can explain.

    An account that has an opening begins there, with no ref used. Without one the history may
    begin in the middle of its life, and a 409 may be owed to a debit from before.
    """
    due = _first_duplicates(story)
    since, ceiling = _refusals(story)
    needed = {ref for ref in due if story.opening is not None or ref in ceiling}
    begun = {
        (ref, units): (debit, max(debit.start, since.get(ref, ALWAYS)))
        for (ref, units), debit in _first_of_equals(story, due).items()
    }
    possible = {
        key: attempt
        for key, attempt in begun.items()
        if attempt[1] <= due.get(key[0], NEVER)
    }
    rivals = Counter(ref for ref, _ in possible)
    for duplicate in story.duplicates:
        if duplicate.ref in needed and duplicate.ref not in rivals:
            raise Contradiction(
                counterexamples.unexplained_duplicate(story, duplicate.ref)
            )
    return [
        Attempt(
            debit,
            units,
            since=started,
            due=due.get(ref, NEVER),
            ceiling=ceiling.get(ref, math.inf),
            needed=ref in needed,
            alone=rivals[ref] == 1,
        )
        for (ref, units), (debit, started) in possible.items()
    ]


def _first_duplicates(story: Story) -> dict[str, Decimal]:
    due: dict[str, Decimal] = {}
    for duplicate in story.duplicates:
        if duplicate.ref not in story.charged:
            due[duplicate.ref] = min(end_of(duplicate), due.get(duplicate.ref, NEVER))
    return due


def _refusals(story: Story) -> tuple[dict[str, Decimal], dict[str, int]]:
    since: dict[str, Decimal] = {}
    ceiling: dict[str, int] = {}
    for debit, units in zip(story.refused, story.asked, strict=True):
        since[debit.ref] = max(debit.start, since.get(debit.ref, ALWAYS))
        ceiling[debit.ref] = min(units, ceiling.get(debit.ref, units))
    return since, ceiling


def _first_of_equals(
    story: Story, due: dict[str, Decimal]
) -> dict[tuple[str, int], Debit]:
    """Leave out attempts that an equal one, begun earlier, can always stand in for."""
    firsts: dict[tuple[str, int], Debit] = {}
    for debit, units in zip(story.indefinite, story.lost, strict=True):
        if units > 0:
            first = firsts.setdefault((debit.ref, units), debit)
            if debit.start < first.start:
                firsts[debit.ref, units] = debit
        elif debit.ref in due:
            raise Undecidable(
                f"The ref {quoted(debit.ref)} was answered 409, and a debit of zero units with "
                "it has no definite answer. Leave debits of zero units out of the history."
            )
        # Otherwise nothing shows whether a debit of zero units took effect.
    return firsts
