"""409 says that the ref is charged already. Here the gateway charged again, under a new ref."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_mock.findings.finding import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_mock.findings.payments import Dealings
    from billing_mock.journal.record import Record

NEW_REF = Rule(
    name="new-ref-after-409",
    title="After 409, the debit was sent again under a new ref",
    fix="Take 409 for a retried debit as charged: the first try has arrived.",
)


def charged_again_after_conflict(dealings: Dealings) -> Iterator[Finding]:
    """Findings for every 409 that was followed by the same debit with a new ref.

    A user may buy the same thing again; then a check comes before it. Where the gateway did not
    check before its payments, the two cannot be told apart, and the rule is silent.
    """
    for payment in dealings.payments:
        conflict = payment.conflict
        if conflict is None or not dealings.is_checked(payment):
            continue
        again = dealings.next_unchecked_like(payment, after=conflict.end)
        if again is not None:
            yield _finding(dealings, conflict, again.first)


def _finding(dealings: Dealings, conflict: Record, again: Record) -> Finding:
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
        user_id=dealings.user_id,
        requests=(conflict.id, again.id),
    )
