"""The journal as the rules read it: the payments of each user, and the checks before them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_contract import parse_json
from billing_mock.journal.record import ClientKnowledge, Disposition, Record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

_CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Payment:
    """All debits of one user with one ref, in the order of their start; never empty."""

    debits: tuple[Record, ...]

    @property
    def first(self) -> Record:
        """The debit that began it."""
        return self.debits[0]

    @property
    def left_open(self) -> Record | None:
        """The debit whose outcome the gateway cannot know, where it never asked again."""
        unsure = [
            each for each in self.debits if each.knowledge is ClientKnowledge.INDEFINITE
        ]
        if not unsure:
            return None
        last = unsure[-1]
        asked_again = any(each.start > last.start for each in self.debits)
        knows = any(
            each.knowledge is ClientKnowledge.DEFINITE and _settles(each)
            for each in self.debits
        )
        return None if asked_again or knows else last

    @property
    def conflict(self) -> Record | None:
        """The first debit that was told 409."""
        for each in self.debits:
            if (
                each.knowledge is ClientKnowledge.DEFINITE
                and each.delivery.answer.status == _CONFLICT
            ):
                return each
        return None

    @property
    def asked(self) -> tuple[object, object]:
        """What is paid, and what for: units and reason."""
        return asked(self.first)


class Dealings:
    """All that the journal holds about one user, in the order of the requests' start."""

    def __init__(
        self, user_id: str, payments: tuple[Payment, ...], checks: tuple[Record, ...]
    ) -> None:
        self.user_id = user_id
        self.payments = payments
        self.checks = checks
        self._allowed = _starts(each for each in checks if told_allowed(each))
        self._begun = _starts(each.first for each in payments)
        self._alike = _by_asked(payments)
        self._unchecked = _by_asked(
            each for each in payments if not self.is_checked(each)
        )

    def next_like(self, payment: Payment, *, after: float) -> Payment | None:
        """The next payment of the same units and reason that began after this time."""
        return _next(self._alike[payment.asked], after)

    def next_unchecked_like(self, payment: Payment, *, after: float) -> Payment | None:
        """The same, of those that had no check of their own."""
        return _next(self._unchecked[payment.asked], after)

    def is_checked(self, payment: Payment) -> bool:
        """Whether there was a check for it: of these units no fewer were allowed than payments begun, up to here."""
        debit = payment.first
        begun = bisect_right(self._begun[debit.units], debit.start)
        return bisect_left(self._allowed[debit.units], debit.start) >= begun


def asked(debit: Record) -> tuple[object, object]:
    """What a debit is about: units and reason."""
    return debit.units, debit.reason


def told_allowed(check: Record) -> bool | None:
    """What a check told; None where it told nothing, as behind some faults."""
    result = check.result
    if result is None or result.reason or check.knowledge is ClientKnowledge.INDEFINITE:
        return None
    return bool(parse_json(result.body)["allowed"])


def dealings_of(records: Iterable[Record]) -> list[Dealings]:
    """Sort requests by user. Debits that were outside the contract are no payments."""
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
        Dealings(
            user_id,
            tuple(Payment(tuple(each)) for each in debits[user_id].values()),
            tuple(checks[user_id]),
        )
        for user_id in {**debits, **checks}
    ]


def _starts(records: Iterable[Record]) -> defaultdict[Decimal | None, list[float]]:
    starts: defaultdict[Decimal | None, list[float]] = defaultdict(list)
    for each in records:
        starts[each.units].append(each.start)
    return starts


def _by_asked(
    payments: Iterable[Payment],
) -> defaultdict[tuple[object, object], list[Payment]]:
    alike: defaultdict[tuple[object, object], list[Payment]] = defaultdict(list)
    for payment in payments:
        alike[payment.asked].append(payment)
    return alike


def _next(payments: list[Payment], after: float) -> Payment | None:
    index = bisect_right(payments, after, key=lambda each: each.first.start)
    return payments[index] if index < len(payments) else None


def _settles(debit: Record) -> bool:
    return debit.delivery.answer.status in (200, _CONFLICT)
