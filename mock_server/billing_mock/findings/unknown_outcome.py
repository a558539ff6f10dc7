"""The rules lost-debit-not-retried and new-ref-after-lost-response, for debits of unknown outcome.

A gateway that cannot know whether a debit was charged must send it again with the same ref.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_mock.faults import SentPart
from billing_mock.findings.finding import Finding, Rule
from billing_mock.journal.record import ClientKnowledge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_mock.findings.payment import Payment
    from billing_mock.findings.user_requests import UserRequests
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


def find_lost_debits(requests: UserRequests) -> Iterator[Finding]:
    """Yield a finding for every debit of unknown outcome that was not retried with the same ref.

    A lost debit is the last debit of a payment, where the gateway cannot know its outcome (no
    response, a broken or unreadable one, or a status such as 502) and no debit of the payment
    was answered in time with 200 or 409. A repeated payment is one with the same units and
    reason and another ref. Checks are those of `UserRequests.has_check`.

    Reported as new-ref-after-lost-response are

    - a payment with a check, its lost debit, and a repeated payment without a check that
      started after the lost debit had ended, or where the gateway gave up waiting, had started;
    - a payment without a check and of one debit, which is lost, and the next repeated payment
      that started after it: a gateway that never checks may have sent it as a retry;
    - a payment with a check, the late response to its last debit, and a repeated payment
      without a check that started between that debit and its response.

    Reported as lost-debit-not-retried is any other payment of one debit, which is lost.

    After a payment with a check, a repeated payment with a check is no retry: the user may have
    bought the same thing again. Outside the sequences above, nothing is reported for a debit
    that was sent several times with its ref and lost each time, as the gateway may have given
    up, nor for a late response, as the gateway may have waited for it.
    """
    for payment in requests.payments:
        lost = payment.unresolved_debit
        if lost is None:
            yield from _retried_before_response(requests, payment)
            continue
        retry = _retry_with_new_ref(requests, payment, lost)
        if retry is not None:
            yield _retried_as(requests, lost, retry)
        elif len(payment.debits) == 1:
            yield _not_retried(requests, lost)


def _retried_before_response(
    requests: UserRequests, payment: Payment
) -> Iterator[Finding]:
    late = payment.debits[-1]
    if late.knowledge is not ClientKnowledge.LATE or not requests.has_check(payment):
        return
    retry = requests.next_same_unchecked(payment, after=late.start)
    if retry is not None and retry.first.start < late.end:
        yield _retried_as(requests, late, retry.first)


def _retry_with_new_ref(
    requests: UserRequests, payment: Payment, lost: Record
) -> Record | None:
    if requests.has_check(payment):
        # A gateway may begin the retry before it closes the connection that it gave up.
        after = lost.start if lost.gave_up else lost.end
        retry = requests.next_same_unchecked(payment, after=after)
    elif len(payment.debits) == 1:
        retry = requests.next_same(payment, after=lost.end)
    else:
        return None
    return retry.first if retry else None


def _retried_as(requests: UserRequests, lost: Record, retry: Record) -> Finding:
    both = lost.has_effect and retry.has_effect
    cost = (
        "Both were charged."
        if both
        else "Had both been applied, the user would have paid twice."
    )
    return Finding(
        rule=NEW_REF.name,
        title=NEW_REF.title,
        explanation=f"The debit {lost.ref!r} of {lost.units} {_response(lost)}. A debit of the same units and reason "
        f"followed as {retry.ref!r}. {cost}",
        fix=NEW_REF.fix,
        user_id=requests.user_id,
        requests=(lost.id, retry.id),
    )


def _not_retried(requests: UserRequests, lost: Record) -> Finding:
    truth = "It was charged" if lost.has_effect else "It was not charged"
    return Finding(
        rule=NEVER_RETRIED.name,
        title=NEVER_RETRIED.title,
        explanation=f"The debit {lost.ref!r} of {lost.units} {_response(lost)}, and the gateway did not ask again. "
        f"{truth}, but the gateway cannot know that.",
        fix=NEVER_RETRIED.fix,
        user_id=requests.user_id,
        requests=(lost.id,),
    )


def _response(lost: Record) -> str:
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
