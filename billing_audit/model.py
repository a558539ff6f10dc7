"""What a billing account does when its operations come one at a time.

This is the specification. A history is linearizable when some order of its operations,
each at a moment between its start and its end, is a run of `step`. The checker in
`linearizability` never tries orders; its tests hold it to a brute-force search over this file.
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
# A gateway's or a proxy's own words: the service may have been debiting all the same.
TIMED_OUT: Final = frozenset({408, 499})


@dataclass(frozen=True, slots=True)
class State:
    """One account: what it holds and which refs are used up."""

    balance: Decimal
    used: frozenset[str]


def is_indefinite(debit: Debit) -> bool:
    """Say whether the debit may have taken effect at any time after its start, or never.

    Only 200 and the refusals (4xx) are definite. No answer, a 5xx and any status that the
    contract does not know are not, and their end limits nothing: the effect may come later.
    """
    status = debit.status
    if status is None or status in TIMED_OUT:
        return True
    return status != OK and not 400 <= status < 500  # noqa: PLR2004 (the class of refusals)


def step(state: State, operation: Operation) -> State | None:
    """Give the state after an answered operation, or None where its answer would be wrong."""
    match operation:
        case Debit(status=200):
            return _after(state, operation) if _is_right(state, operation) else None
        case Debit(status=403):
            right = operation.ref not in state.used and state.balance < operation.units
        case Debit(status=409):
            right = operation.ref in state.used
        case Check(status=200):
            covered = state.balance >= operation.units
            right = operation.balance == state.balance and operation.allowed is covered
        case Balance(status=200):
            right = operation.balance == state.balance
        case _:
            right = True
    return state if right else None


def charge(state: State, debit: Debit) -> State | None:
    """Give the state after an indefinite debit took effect, or None where it cannot."""
    possible = debit.ref not in state.used and 0 <= debit.units <= state.balance
    return _after(state, debit) if possible else None


def _is_right(state: State, debit: Debit) -> bool:
    after = charge(state, debit)
    return after is not None and after.balance == debit.balance


def _after(state: State, debit: Debit) -> State:
    return State(state.balance - debit.units, state.used | {debit.ref})
