"""The indefinite debits that may have taken effect, and what other answers require of them."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_audit.checker.account_history import end_of
from billing_audit.checker.balance_order import ALWAYS, NEVER
from billing_audit.checker.contradictions import (
    ContradictionError,
    UnexplainedDuplicate,
)
from billing_audit.checker.results import UndecidableError
from billing_audit.wording import quoted

if TYPE_CHECKING:
    from decimal import Decimal

    from billing_audit.checker.account_history import AccountHistory
    from billing_audit.operations import Debit


@dataclass(frozen=True, slots=True)
class Candidate:
    """An indefinite debit that may have taken effect once, at any time after its start, or never.

    `not_before` is the latest start among it and the 403s of its ref, which all come before it;
    `deadline` is the earliest end among the 409s of its ref, which all come after it; `ceiling`
    is the least that a 403 of its ref was too little for, so it takes effect only below that.
    Of a ref that is `needed` one candidate did take effect; `alone` is its ref's only candidate.
    """

    debit: Debit
    units: int
    not_before: Decimal
    deadline: Decimal
    ceiling: float
    needed: bool
    alone: bool

    @property
    def ref(self) -> str:
        """Return the ref that it would use up."""
        return self.debit.ref


def candidates_of(history: AccountHistory) -> list[Candidate]:
    """Return the candidates that can make a difference.

    An account that has an opening begins there, with no ref used. Without one the history may
    begin in the middle of its life, and a 409 may be due to a debit from before. Raises
    ContradictionError for a 409 that no candidate can explain, UndecidableError for a 409 whose
    ref an indefinite debit of zero units used.
    """
    deadlines = _first_duplicates(history)
    not_before, ceiling = _refusals(history)
    needed = {ref for ref in deadlines if history.opening is not None or ref in ceiling}
    begun = {
        (ref, units): (debit, max(debit.start, not_before.get(ref, ALWAYS)))
        for (ref, units), debit in _first_of_equals(history, deadlines).items()
    }
    possible = {
        key: candidate
        for key, candidate in begun.items()
        if candidate[1] <= deadlines.get(key[0], NEVER)
    }
    rivals = Counter(ref for ref, _ in possible)
    for duplicate in history.duplicates:
        if duplicate.ref in needed and duplicate.ref not in rivals:
            raise ContradictionError(UnexplainedDuplicate(duplicate.ref))
    return [
        Candidate(
            debit,
            units,
            not_before=started,
            deadline=deadlines.get(ref, NEVER),
            ceiling=ceiling.get(ref, math.inf),
            needed=ref in needed,
            alone=rivals[ref] == 1,
        )
        for (ref, units), (debit, started) in possible.items()
    ]


def _first_duplicates(history: AccountHistory) -> dict[str, Decimal]:
    """Return the earliest end among the 409s of each ref that has no success."""
    deadlines: dict[str, Decimal] = {}
    for duplicate in history.duplicates:
        ref = duplicate.ref
        if ref not in history.charged:
            deadlines[ref] = min(end_of(duplicate), deadlines.get(ref, NEVER))
    return deadlines


def _refusals(history: AccountHistory) -> tuple[dict[str, Decimal], dict[str, int]]:
    """Return, of the 403s of each ref, the latest start and the least units."""
    not_before: dict[str, Decimal] = {}
    ceiling: dict[str, int] = {}
    for debit, units in zip(history.refused, history.asked, strict=True):
        not_before[debit.ref] = max(debit.start, not_before.get(debit.ref, ALWAYS))
        ceiling[debit.ref] = min(units, ceiling.get(debit.ref, units))
    return not_before, ceiling


def _first_of_equals(
    history: AccountHistory, deadlines: dict[str, Decimal]
) -> dict[tuple[str, int], Debit]:
    """Return the earliest debit of each ref and units, which can always replace later ones."""
    firsts: dict[tuple[str, int], Debit] = {}
    for debit, units in zip(history.indefinite, history.lost, strict=True):
        if units > 0:
            first = firsts.setdefault((debit.ref, units), debit)
            if debit.start < first.start:
                firsts[debit.ref, units] = debit
        elif debit.ref in deadlines:
            raise UndecidableError(
                f"The ref {quoted(debit.ref)} was answered 409, and a debit of zero units with "
                "it has no definite answer. Leave debits of zero units out of the history."
            )
        # Otherwise nothing shows whether a debit of zero units took effect.
    return firsts
