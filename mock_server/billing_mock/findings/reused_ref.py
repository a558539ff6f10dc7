"""The rule one-ref-for-two-payments: two debits have one ref, but different units or reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_mock.findings.finding import Finding, Rule
from billing_mock.journal.record import ClientKnowledge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_mock.findings.payment import Payment
    from billing_mock.findings.user_requests import UserRequests
    from billing_mock.journal.record import Record

REUSED = Rule(
    name="one-ref-for-two-payments",
    title="One ref was used for two different payments",
    fix="Give every operation a ref of its own, such as a UUID, and keep units and reason when retrying.",
)


def find_reused_refs(requests: UserRequests) -> Iterator[Finding]:
    """Yield a finding for every ref of the user that was sent for two different payments.

    Reported is this sequence: a debit that was charged, or whose outcome the gateway cannot
    know; then a debit with the same ref and other units, or another reason. One pair of debits
    is reported for each ref. Not reported are

    - a debit with the same units and reason: it is a retry;
    - a debit after one that was refused, as the gateway knows: the ref is not charged yet;
    - another reason alone, after a debit whose outcome the gateway did not know in time: it
      may be a retry.
    """
    for payment in requests.payments:
        pair = _different_debits(payment)
        if pair is not None:
            yield _finding(requests, *pair)


def _different_debits(payment: Payment) -> tuple[Record, Record] | None:
    for index, first in enumerate(payment.debits):
        if not (first.has_effect or first.knowledge is ClientKnowledge.INDEFINITE):
            continue
        for other in payment.debits[index + 1 :]:
            if other.units != first.units or _has_other_reason(first, other):
                return first, other
    return None


def _has_other_reason(first: Record, other: Record) -> bool:
    """Return whether the reasons differ and the outcome of `first` was known, as otherwise `other` may be a retry."""
    return other.reason != first.reason and first.knowledge is ClientKnowledge.DEFINITE


def _finding(requests: UserRequests, first: Record, other: Record) -> Finding:
    return Finding(
        rule=REUSED.name,
        title=REUSED.title,
        explanation=f"The ref {first.ref!r} stood for {first.units} ({first.reason}), then for "
        f"{other.units} ({other.reason}). A ref is charged once, so one of the two is never paid.",
        fix=REUSED.fix,
        user_id=requests.user_id,
        requests=(first.id, other.id),
    )
