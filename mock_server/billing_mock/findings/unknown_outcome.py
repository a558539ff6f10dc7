"""A debit whose outcome the gateway cannot know: it must ask again, with the same ref."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_mock.faults import SentPart
from billing_mock.findings.finding import Finding, Rule
from billing_mock.journal.record import ClientKnowledge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_mock.findings.payments import Dealings, Payment
    from billing_mock.journal.record import Record

NEVER_RETRIED = Rule(
    name="lost-debit-not-retried",
    title="A debit whose answer was lost was never retried",
    fix="Send the same debit again, with the same ref, until 200 or 409 says that it is charged.",
)
NEW_REF = Rule(
    name="new-ref-after-lost-response",
    title="A lost debit was retried under a new ref",
    fix="Choose the ref once for each operation, and retry with the same ref.",
)


def lost_debits(dealings: Dealings) -> Iterator[Finding]:
    """Findings for every debit that was left open.

    A user may buy the same thing again; then a check comes before it. Where the gateway does not
    check, a debit that follows one that was never retried is taken for its retry. A gateway that
    stops waiting for a late answer cannot be told from one that waits, unless a payment without
    a check of its own follows meanwhile.
    """
    for payment in dealings.payments:
        lost = payment.left_open
        if lost is None:
            yield from _overtaken(dealings, payment)
            continue
        retry = _under_new_ref(dealings, payment, lost)
        if retry is not None:
            yield _retried(dealings, lost, retry)
        elif len(payment.debits) == 1:
            yield _not_retried(dealings, lost)


def _overtaken(dealings: Dealings, payment: Payment) -> Iterator[Finding]:
    late = payment.debits[-1]
    if late.knowledge is not ClientKnowledge.LATE or not dealings.is_checked(payment):
        return
    retry = dealings.next_unchecked_like(payment, after=late.start)
    if retry is not None and retry.first.start < late.end:
        yield _retried(dealings, late, retry.first)


def _under_new_ref(dealings: Dealings, payment: Payment, lost: Record) -> Record | None:
    if dealings.is_checked(payment):
        retry = dealings.next_unchecked_like(payment, after=lost.end)
    elif len(payment.debits) == 1:
        retry = dealings.next_like(payment, after=lost.end)
    else:
        return None
    return retry.first if retry else None


def _retried(dealings: Dealings, lost: Record, retry: Record) -> Finding:
    both = lost.has_effect and retry.has_effect
    cost = (
        "Both were charged."
        if both
        else "Had both been applied, the user would have paid twice."
    )
    return Finding(
        rule=NEW_REF.name,
        title=NEW_REF.title,
        explanation=f"The debit {lost.ref!r} of {lost.units} {_how(lost)}. A debit of the same units and reason "
        f"followed as {retry.ref!r}. {cost}",
        fix=NEW_REF.fix,
        user_id=dealings.user_id,
        requests=(lost.id, retry.id),
    )


def _not_retried(dealings: Dealings, lost: Record) -> Finding:
    truth = "It was charged" if lost.has_effect else "It was not charged"
    return Finding(
        rule=NEVER_RETRIED.name,
        title=NEVER_RETRIED.title,
        explanation=f"The debit {lost.ref!r} of {lost.units} {_how(lost)}, and the gateway did not ask again. "
        f"{truth}, but the gateway cannot know that.",
        fix=NEVER_RETRIED.fix,
        user_id=dealings.user_id,
        requests=(lost.id,),
    )


def _how(lost: Record) -> str:
    delivery = lost.delivery
    if lost.gave_up:
        return "was not answered before the gateway gave up waiting"
    if lost.knowledge is ClientKnowledge.LATE:
        return "was answered late"
    if delivery.sent is SentPart.NOTHING:
        return "got no answer"
    if delivery.sent is SentPart.PART:
        return "got an answer that broke off"
    if delivery.garbled:
        return "got an answer that cannot be read"
    return f"was answered with {delivery.answer.status}, which does not say whether it was charged"
