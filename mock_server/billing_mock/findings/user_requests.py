"""The journal as the rules read it: the payments and the checks of each user."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

from billing_contract import parse_json
from billing_mock.findings.payment import Payment
from billing_mock.journal.record import ClientKnowledge, Disposition

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from billing_mock.findings.payment import UnitsAndReason
    from billing_mock.journal.record import Record


class UserRequests:
    """The payments and the checks of one user, both sorted by the time when they started.

    All times are those of `Record.start` and `Record.end`: seconds on one clock.
    """

    def __init__(
        self, user_id: str, payments: tuple[Payment, ...], checks: tuple[Record, ...]
    ) -> None:
        self.user_id = user_id
        self.payments = payments
        self.checks = checks
        self._allowed = _starts_by_units(each for each in checks if is_allowed(each))
        self._started = _starts_by_units(each.first for each in payments)
        self._same = _by_units_and_reason(payments)
        self._unchecked = _by_units_and_reason(
            each for each in payments if not self.has_check(each)
        )

    def next_same(self, payment: Payment, *, after: float) -> Payment | None:
        """Return the first payment with the same units and reason that started after this time, or None."""
        return _next(self._same[payment.units_and_reason], after)

    def next_same_unchecked(self, payment: Payment, *, after: float) -> Payment | None:
        """Return what `next_same` returns, but only among payments that have no check of their own."""
        return _next(self._unchecked[payment.units_and_reason], after)

    def has_check(self, payment: Payment) -> bool:
        """Return whether the payment has a check of its own.

        An allowed check counts for one payment of the same units. So the payment has one where at
        least as many checks of its units started before it and were allowed as payments of its
        units had started by then, itself included.
        """
        debit = payment.first
        started = bisect_right(self._started[debit.units], debit.start)
        return bisect_left(self._allowed[debit.units], debit.start) >= started


def is_allowed(check: Record) -> bool | None:
    """Return the value of `allowed` in the response to a check.

    None is returned where the gateway received no such value: a fault kept the request from the
    API, the API refused it, or the response did not reach the gateway whole and readable.
    """
    result = check.result
    if result is None or result.reason or check.knowledge is ClientKnowledge.INDEFINITE:
        return None
    return bool(
        parse_json(result.body)["allowed"]
    )  # a body that is not so has a reason


def group_by_user(records: Iterable[Record]) -> list[UserRequests]:
    """Return the payments and checks of each user, users with a debit first.

    Left out are requests outside the contract, requests without a `user_id` and debits without a `ref`.
    """
    checks: defaultdict[str, list[Record]] = defaultdict(list)
    debits: defaultdict[str, defaultdict[str, list[Record]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for record in sorted(records, key=lambda each: each.start):
        user_id, ref = record.user_id, record.ref
        if user_id is None or record.verdict is Disposition.INVALID:
            continue
        if record.operation == "check":
            checks[user_id].append(record)
        elif record.operation == "debit" and ref is not None:
            debits[user_id][ref].append(record)
    return [
        UserRequests(
            user_id,
            tuple(Payment(tuple(each)) for each in debits[user_id].values()),
            tuple(checks[user_id]),
        )
        for user_id in {**debits, **checks}
    ]


def _starts_by_units(
    records: Iterable[Record],
) -> defaultdict[Decimal | None, list[float]]:
    starts: defaultdict[Decimal | None, list[float]] = defaultdict(list)
    for each in records:
        starts[each.units].append(each.start)
    return starts


def _by_units_and_reason(
    payments: Iterable[Payment],
) -> defaultdict[UnitsAndReason, list[Payment]]:
    same: defaultdict[UnitsAndReason, list[Payment]] = defaultdict(list)
    for payment in payments:
        same[payment.units_and_reason].append(payment)
    return same


def _next(payments: list[Payment], after: float) -> Payment | None:
    index = bisect_right(payments, after, key=lambda each: each.first.start)
    return payments[index] if index < len(payments) else None
