"""Finds out what became of a debit without a definite answer, as a gateway would that wants to know.

The balance is read, the same debit is sent again with its ref, twice, and the balance is read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from http.client import CONFLICT, FORBIDDEN, OK, TOO_MANY_REQUESTS, UNAUTHORIZED
from typing import TYPE_CHECKING

from billing_verify.account import TestAccount
from billing_verify.amounts import CENT, HALF_A_CENT, shown
from billing_verify.client.carried_out import broken_by_limited, broken_by_unreadable
from billing_verify.client.charges import could_charge
from billing_verify.errors import (
    ClauseBrokenError,
    NoResponseError,
    NotTestableError,
    UnreadableResponseError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from billing_verify.client.billing_client import BillingClient
    from billing_verify.client.doubts import Doubt
    from billing_verify.client.exchange import Call

_TIMES = 2
_REFUSED = range(400, 500)
_NOTHING = Decimal(0)
_COUNTABLE = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class _Retried:
    """A debit in doubt: its first status, those of the times it was sent again, None for no answer."""

    call: Call
    first: int | None
    again: tuple[int | None, ...]

    @property
    def is_refused(self) -> bool:
        """Return whether it is refused for good, for another reason than its used ref."""
        return all(
            status in _REFUSED and status not in {CONFLICT, TOO_MANY_REQUESTS}
            for status in self.again
        )

    @property
    def is_answered_as_made(self) -> bool:
        """Return whether a gateway learns that it was charged."""
        return all(status in {OK, CONFLICT} for status in self.again)

    @property
    def ref(self) -> str:
        """Return the ref of the debit."""
        return str(self.call.fields.get("ref"))

    @property
    def most(self) -> Decimal:
        """Return the most that it may take, in units: a service may round to the next cent."""
        return (
            _NOTHING
            if self.is_refused
            else _rounded(could_charge(self.call), ROUND_CEILING)
        )

    @property
    def least(self) -> Decimal:
        """Return the least that it takes where it is made, in units."""
        units = self.call.fields.get("units")
        is_plain = isinstance(units, Decimal) and units > 0
        return _rounded(units, ROUND_FLOOR) if is_plain else _NOTHING

    @property
    def story(self) -> str:
        """Return what was sent and answered, in words."""
        first = "not answered" if self.first is None else f"answered {self.first}"
        again = " and ".join(str(status or "nothing") for status in self.again)
        return f"a debit of {shown(could_charge(self.call))} units was {first}; sent again with its ref, twice, it was answered {again}"


def settle(billing: BillingClient) -> None:
    """Find out what became of every debit in doubt, and keep in the trace what breaks a clause.

    What the budget does not allow, or the target does not answer, stays in doubt: the trace keeps
    why, and the others are settled all the same.
    """
    trace = billing.transport.trace
    with trace.doubts.paused():
        for doubt in trace.doubts.take():
            try:
                for error in _settle(doubt, billing):
                    trace.find(error)
            except (NotTestableError, NoResponseError, UnreadableResponseError) as why:
                trace.unsettled.append(
                    f"what became of {_named(doubt)} could not be found out: {why}"
                )


def _settle(doubt: Doubt, billing: BillingClient) -> Iterator[ClauseBrokenError]:
    account = TestAccount(doubt.user_id, doubt.before or _NOTHING)
    first = billing.read(account).balance
    limited = broken_by_limited(doubt, first)
    unreadable = broken_by_unreadable(doubt, first)
    yield from filter(None, (limited, unreadable))
    is_settled = doubt.is_limited and doubt.before is not None and not limited
    if is_settled or not doubt.calls:
        return
    retried = [
        _Retried(call, status, tuple(_status(billing, call) for _ in range(_TIMES)))
        for call, status in doubt.calls
    ]
    last = billing.read(account).balance
    if _broken(doubt, retried, first, last):
        # A reading may be stale; the balance that a debit returns is the ledger's own.
        last = _before_a_debit(billing, account, last)
    yield from _broken(doubt, retried, first, last)


def _named(doubt: Doubt) -> str:
    call, status = [*doubt.calls, *doubt.unreadable][0]
    answer = "was not answered" if status is None else f"was answered {status}"
    more = len(doubt.calls) + len(doubt.unreadable) - 1
    others = f", and of {more} more" if more else ""
    return f"a debit of {shown(could_charge(call))} units that {answer}{others}"


def _status(billing: BillingClient, call: Call) -> int | None:
    try:
        return billing.send_call(call).status
    except NoResponseError:
        return None


def _before_a_debit(
    billing: BillingClient, account: TestAccount, reading: Decimal
) -> Decimal:
    """Debit with a new ref, and return what the ledger held before; the reading where it is refused."""
    probe = billing.request("debitBalance", billing.debit_fields(account))
    return probe.balance + billing.unit if probe.status == OK else reading


def _broken(
    doubt: Doubt, retried: Sequence[_Retried], first: Decimal, last: Decimal
) -> list[ClauseBrokenError]:
    """Return what is broken where the balance was `first` before the debits were sent again, and is `last`."""
    story = "; ".join(each.story for each in retried)
    most = _by_ref((each.ref, each.most) for each in retried)
    falls = [(first - last, sum(most.values(), _NOTHING))]
    if doubt.before is not None:
        in_all = _by_ref([*most.items(), *doubt.made.items()])
        falls.append((doubt.before - last, sum(in_all.values(), _NOTHING)))
    fall, allowed = max(falls, key=lambda each: each[0] - each[1])
    if fall - allowed >= HALF_A_CENT:
        once = (
            f"{story}. The balance fell by {shown(fall)}, where {shown(allowed)} is the most that may be charged"
            if allowed
            else f"{story}. So it is refused, and all the same the balance fell by {shown(fall)}"
        )
        return [ClauseBrokenError(_clause_of(doubt, retried), once)]
    if doubt.before is None or not all(each.is_answered_as_made for each in retried):
        return []
    least = sum(
        _by_ref(
            [*((each.ref, each.least) for each in retried), *doubt.made.items()]
        ).values(),
        _NOTHING,
    )
    if doubt.before - last > least - HALF_A_CENT:
        return []
    lost = f"{story}. So it counts as made, but the balance fell by {shown(doubt.before - last)}, and not by {shown(least)}"
    return [ClauseBrokenError("ref.lost-response", lost)]


def _clause_of(doubt: Doubt, retried: Sequence[_Retried]) -> str:
    """Return the clause that too much of a charge breaks."""
    if not all(each.is_refused for each in retried):
        return "ref.duplicate"
    status = retried[0].again[0]
    if status == UNAUTHORIZED:
        return "auth.no-effect"
    if status == FORBIDDEN:
        paid = doubt.before is None or doubt.before >= could_charge(retried[0].call)
        return "ref.duplicate-when-drained" if paid else "debit.insufficient"
    return "input.no-effect"


def _by_ref(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Return the largest amount of each ref, in units."""
    largest: dict[str, Decimal] = {}
    for ref, units in amounts:
        largest[ref] = max(units, largest.get(ref, _NOTHING))
    return largest


def _rounded(units: Decimal, rounding: str) -> Decimal:
    return units.quantize(CENT, rounding) if units < _COUNTABLE else units
