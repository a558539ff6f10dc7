"""Checks whether some order of single steps explains the answers that an account gave.

Each operation has to take effect at one moment between its start and its end (ends included,
so operations that touch count as concurrent), and the answers have to be those of `model.step`.
In general that question is exponential. Here it is n log n, because balances only fall and most
answers show one: `balance_order` derives the only order there can be and checks it. Debits
without a definite answer may fill what is missing; choosing among them is a `search` with a
limit of steps, and running out is Inconclusive, never a pass.

An opening is the balance before the first operation, when no ref had been used. Without one the
history may begin in the middle of an account's life: the account opened with the largest balance
that an answer shows (or more, where an indefinite debit has to have come before), and a 409 may
be due to a debit from before.

Credits are not part of a history. Refs are one namespace per account, so accounts are checked
one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from billing_audit.checker.balance_order import BalanceOrder
from billing_audit.checker.classify import check_single_answers, classify
from billing_audit.checker.completion import Completion
from billing_audit.checker.contradictions import ContradictionError
from billing_audit.checker.counterexamples import counterexample
from billing_audit.checker.results import (
    Broken,
    CheckResult,
    Claim,
    Inconclusive,
    Linearizable,
    UndecidableError,
)
from billing_audit.checker.step_limit import StepLimit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from billing_audit.operations import Operation

__all__ = [
    "STEPS",
    "Broken",
    "CheckResult",
    "Claim",
    "Inconclusive",
    "Linearizable",
    "check",
]

STEPS: Final = 200_000


def check(
    operations: Iterable[Operation],
    *,
    opening: Decimal | None = None,
    steps: int = STEPS,
) -> CheckResult:
    """Return the result for the operations of one account, in any order.

    The search among indefinite debits takes at most `steps` steps back, and looks at candidates no
    more often than those steps and the length of the history allow. Raises ValueError for an
    operation that has a 200 and no balance, or an answer and no end.
    """
    history = classify(operations, opening)
    try:
        check_single_answers(history)
        limit = StepLimit(steps, free=len(history.indefinite))
        return Completion(history, BalanceOrder(history), limit).find()
    except ContradictionError as found:
        return counterexample(found.contradiction, history)
    except UndecidableError as reason:
        return Inconclusive(str(reason))
