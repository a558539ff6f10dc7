"""The rule new-ref-after-409: after 409 (this ref is charged already), the debit was sent again with a new ref."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_mock.findings.finding import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_mock.findings.user_requests import UserRequests
    from billing_mock.journal.record import Record

NEW_REF = Rule(
    name="new-ref-after-409",
    title="After 409, the debit was sent again under a new ref",
    fix="Take 409 for a retried debit as charged: the first try has arrived.",
)


def find_debits_after_conflict(requests: UserRequests) -> Iterator[Finding]:
    """Yield a finding for every 409 after which the same debit was sent with a new ref.

    Reported is this sequence: a payment with a check of its own; one of its debits was answered
    with 409, whole and in time; after that response, a payment with the same units and reason,
    with another ref and without a check of its own started. Not reported is a second payment
    with a check of its own: the user may have bought the same thing again. Nothing is reported
    where the first payment has no check: if the gateway does not check before it debits, a
    second purchase looks the same as a retry.
    """
    for payment in requests.payments:
        conflict = payment.conflict
        if conflict is None or not requests.has_check(payment):
            continue
        again = requests.next_same_unchecked(payment, after=conflict.end)
        if again is not None:
            yield _finding(requests, conflict, again.first)


def _finding(requests: UserRequests, conflict: Record, again: Record) -> Finding:
    cost = (
        "The user paid twice."
        if again.has_effect
        else "Had it been applied, the user would have paid twice."
    )
    return Finding(
        rule=NEW_REF.name,
        title=NEW_REF.title,
        explanation=f"The debit {conflict.ref!r} was answered with 409: it was charged before. A debit of the "
        f"same units and reason followed as {again.ref!r}, without a check of its own. {cost}",
        fix=NEW_REF.fix,
        user_id=requests.user_id,
        requests=(conflict.id, again.id),
    )
