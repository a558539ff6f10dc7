"""Says whether some order of single steps explains what an account's clients were told.

Each operation has to take effect at one moment between its start and its end (ends included,
so a tie counts as concurrent), and the answers have to be those of `sequential.step`. In
general that question is exponential. Here it is n log n, because balances only fall and most
answers tell one: `descent` derives the only order there can be and checks it. Debits without a
definite answer may fill what is missing; choosing among them is a `search` with a budget of
steps, and running out is Inconclusive, never a pass.

An opening tells the balance before the first operation, and that no ref had been used by then.
Without one the history may begin in the middle of an account's life: the account opened with
the largest balance told (or more, where an indefinite debit has to have come before), and a
409 may be owed to a debit from before.

Credits are not part of a history. Refs are one namespace per account, so accounts are judged
one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from billing_audit.checker.account_history import sort_out
from billing_audit.checker.balance_order import Descent
from billing_audit.checker.completion import Completion
from billing_audit.checker.results import (
    Broken,
    Claim,
    Contradiction,
    Inconclusive,
    Linearizable,
    Undecidable,
    Verdict,
)
from billing_audit.checker.search import Budget

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from billing_audit.history import History
    from billing_audit.operations import Operation

__all__ = [
    "STEPS",
    "Broken",
    "Claim",
    "Inconclusive",
    "Linearizable",
    "Verdict",
    "judge",
    "judge_history",
]

STEPS: Final = 200_000


def judge(
    operations: Iterable[Operation],
    *,
    opening: Decimal | None = None,
    budget: int = STEPS,
) -> Verdict:
    """Judge the operations of one account, in any order."""
    return _judge(operations, opening, Budget(budget))


def judge_history(history: History, *, budget: int = STEPS) -> dict[str, Verdict]:
    """Judge every account of a history by its user_id. They share the budget."""
    shared = Budget(budget)
    return {
        user_id: _judge(
            account.operations,
            None if account.opening is None else account.opening.balance,
            shared,
        )
        for user_id, account in history.accounts.items()
    }


def _judge(
    operations: Iterable[Operation], opening: Decimal | None, budget: Budget
) -> Verdict:
    try:
        story = sort_out(operations, opening)
        return Completion(story, Descent(story)).verdict(budget)
    except Contradiction as contradiction:
        return contradiction.broken
    except Undecidable as reason:
        return Inconclusive(str(reason))
