"""What the balance alone shows of debits in doubt: requests that were to take nothing, and took something."""

from __future__ import annotations

from decimal import Decimal
from http.client import SERVICE_UNAVAILABLE
from typing import TYPE_CHECKING

from billing_verify.amounts import HALF_A_CENT, shown
from billing_verify.client.charges import could_charge
from billing_verify.errors import ClauseBrokenError

if TYPE_CHECKING:
    from billing_verify.client.doubts import Doubt

_NOTHING = Decimal(0)


def broken_by_limited(doubt: Doubt, balance: Decimal) -> ClauseBrokenError | None:
    """Return what is broken where a limiter refused every debit in doubt, and one was carried out all the same.

    `balance` is what the ledger holds now. Whoever is told to come later has not been charged.
    """
    if not doubt.calls or not doubt.is_limited:
        return None
    missing = _missing(doubt, balance)
    if missing < HALF_A_CENT:
        return None
    _, status = doubt.calls[0]
    clause_id = "http.no-5xx" if status == SERVICE_UNAVAILABLE else "debit.shape"
    return ClauseBrokenError(
        clause_id,
        f"a debit of {shown(could_charge(doubt.calls[0][0]))} units was answered {status}, which asks to come again later, "
        f"and all the same the balance fell by {shown(missing)}",
    )


def broken_by_unreadable(doubt: Doubt, balance: Decimal) -> ClauseBrokenError | None:
    """Return what is broken where a body that is no debit, and got no definite answer, was charged."""
    if not doubt.unreadable:
        return None
    may_be_taken = sum((could_charge(call) for call, _ in doubt.calls), _NOTHING)
    missing = _missing(doubt, balance) - may_be_taken
    if missing < HALF_A_CENT:
        return None
    call, status = doubt.unreadable[0]
    is_json = call.fields is not None
    kind = "JSON, but no debit," if is_json else "not JSON"
    answer = "not answered" if status is None else f"answered {status}"
    return ClauseBrokenError(
        "input.no-effect" if is_json else "input.not-json",
        f"a body that is {kind} was {answer}, and the balance fell by {shown(missing)}",
    )


def _missing(doubt: Doubt, balance: Decimal) -> Decimal:
    """Return what the balance fell by beyond the debits that were answered 200, in units; 0 where nobody knows."""
    if doubt.before is None:
        return _NOTHING
    return doubt.before - balance - sum(doubt.made.values(), _NOTHING)
