"""The sequential specification: what one account answers when its operations come one at a time.

It is the only one: the contract suite's state machine compares a target with it, and a history
is linearizable when some order of its operations, each at a moment between its start and its
end, is a run of `step`. The checker never tries orders; its tests compare it with a brute-force
search over this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from billing_audit.operations import Balance, Check, Debit, Operation

if TYPE_CHECKING:
    from decimal import Decimal

OK: Final = 200
INSUFFICIENT: Final = 403
DUPLICATE: Final = 409
INVALID: Final = 422
# Statuses of a gateway or a proxy that waited too long: the service may have debited all the same.
TIMED_OUT: Final = frozenset({408, 499})


@dataclass(frozen=True, slots=True)
class State:
    """One account at one moment: the units that it holds, and the refs that have debited it."""

    balance: Decimal
    used: frozenset[str] = frozenset()


def debit(state: State, units: Decimal, ref: str) -> tuple[int, State]:
    """Return the status that a debit must be answered with, and the state after it.

    Document, section 2. Списание средств, and its list of error codes: 409 for a ref that has
    debited before, 403 for more than the account holds, 422 for negative units, and else 200.
    Only 200 changes the state; a refusal leaves the ref free.
    """
    if ref in state.used:
        return DUPLICATE, state
    if units > state.balance:
        return INSUFFICIENT, state
    if units < 0:
        return INVALID, state
    return OK, State(state.balance - units, state.used | {ref})


def allows(state: State, units: Decimal) -> bool:
    """Return `allowed` of a check (document, section 1. Проверка баланса)."""
    return units <= state.balance


def step(state: State, operation: Operation) -> State | None:
    """Return the state after an answered operation, or None where its answer is wrong.

    Answers other than 200, and 403 and 409 to a debit, depend on no balance and are never wrong.
    """
    match operation:
        case Debit(status=200 | 403 | 409):
            status, after = debit(state, operation.units, operation.ref)
            right = operation.status == status
            if status == OK:
                right = right and operation.balance == after.balance
            return after if right else None
        case Check(status=200):
            right = _shows(operation.balance, state)
            right = right and operation.allowed is allows(state, operation.units)
        case Balance(status=200):
            right = _shows(operation.balance, state)
        case _:
            right = True
    return state if right else None


def _shows(balance: Decimal | None, state: State) -> bool:
    """Return whether a balance that was told is the state's, and one that an account may have.

    A balance is never below 0: 403 refuses what would lead there (document, its list of error codes).
    """
    return balance is not None and balance == state.balance and balance >= 0


def charge(state: State, indefinite: Debit) -> State | None:
    """Return the state after an indefinite debit took effect, or None where it cannot."""
    status, after = debit(state, indefinite.units, indefinite.ref)
    return after if status == OK else None


def is_indefinite(operation: Debit) -> bool:
    """Return whether the debit may have taken effect at any time after its start, or never.

    Only 200 and the refusals (4xx) are definite. No answer, a 5xx and any status that the
    contract does not define are not, and the end of such a debit limits nothing: the effect may
    come later.
    """
    status = operation.status
    if status is None or status in TIMED_OUT:
        return True
    return status != OK and not 400 <= status < 500  # noqa: PLR2004 (the class of refusals)
