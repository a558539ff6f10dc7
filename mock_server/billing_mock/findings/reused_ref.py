"""A ref stands for one payment. Here it was used for two different ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_mock.findings.finding import Finding, Rule
from billing_mock.journal.record import ClientKnowledge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_mock.findings.payments import Dealings, Payment
    from billing_mock.journal.record import Record

REUSED = Rule(
    name="one-ref-for-two-payments",
    title="One ref was used for two different payments",
    fix="Give every operation a ref of its own, such as a UUID, and keep units and reason when retrying.",
)


def reused_refs(dealings: Dealings) -> Iterator[Finding]:
    """Findings for every ref under which a second, different payment was asked for."""
    for payment in dealings.payments:
        pair = _different(payment)
        if pair is not None:
            yield _finding(dealings, *pair)


def _different(payment: Payment) -> tuple[Record, Record] | None:
    for index, first in enumerate(payment.debits):
        if not (first.has_effect or first.knowledge is ClientKnowledge.INDEFINITE):
            continue
        for other in payment.debits[index + 1 :]:
            if other.units != first.units or _is_told_apart(first, other):
                return first, other
    return None


def _is_told_apart(first: Record, other: Record) -> bool:
    """Whether another reason means another payment: after an unknown outcome, it may stand for a retry."""
    return other.reason != first.reason and first.knowledge is ClientKnowledge.DEFINITE


def _finding(dealings: Dealings, first: Record, other: Record) -> Finding:
    return Finding(
        rule=REUSED.name,
        title=REUSED.title,
        explanation=f"The ref {first.ref!r} stood for {first.units} ({first.reason}), then for "
        f"{other.units} ({other.reason}). A ref is charged once, so one of the two is never paid.",
        fix=REUSED.fix,
        user_id=dealings.user_id,
        requests=(first.id, other.id),
    )
