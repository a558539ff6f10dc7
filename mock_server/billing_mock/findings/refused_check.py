"""The rule debit-after-refused-check: a debit was sent although the check before it was not allowed."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING

from billing_mock.findings.finding import Finding, Rule
from billing_mock.findings.user_requests import is_allowed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from billing_mock.findings.user_requests import UserRequests
    from billing_mock.journal.record import Record

DEBITED = Rule(
    name="debit-after-refused-check",
    title="A debit followed a check that had refused it",
    fix="Stop when check answers allowed: false; do neither the work nor the debit.",
)


def find_debits_after_refused_checks(requests: UserRequests) -> Iterator[Finding]:
    """Yield a finding for every payment that was sent after a refused check of the same units.

    Reported is this sequence: a check of some units was answered with `allowed: false`; after
    its response, a payment of the same units started; the API answered the payment's first
    debit with 403, too little money. Not reported is a payment with

    - a later allowed check of the same units, or a successful debit of them, in between: the
      balance may have grown since the refusal;
    - an allowed check left over: each allowed check counts for one payment of the same units;
    - a first debit that was not answered with 403: the balance may have grown before it.
    """
    unused: Counter[Decimal | None] = Counter()
    refused: dict[Decimal | None, Record] = {}
    for record in _sorted_by_start(requests):
        units = record.units
        if record.operation == "check":
            allowed = is_allowed(record)
            unused[units] += allowed is True
            if allowed is False:
                refused[units] = record
            elif allowed:
                refused.pop(units, None)
            continue
        check = refused.get(units)
        if (
            check
            and check.end < record.start
            and unused[units] < 1
            and _is_forbidden(record)
        ):
            yield _finding(requests, check, record)
        unused[units] -= 1
        if record.has_effect:
            refused.pop(units, None)


def _sorted_by_start(requests: UserRequests) -> list[Record]:
    first_debits = [each.first for each in requests.payments]
    return sorted([*requests.checks, *first_debits], key=lambda each: each.start)


def _is_forbidden(debit: Record) -> bool:
    return debit.result is not None and debit.result.status == HTTPStatus.FORBIDDEN


def _finding(requests: UserRequests, check: Record, debit: Record) -> Finding:
    return Finding(
        rule=DEBITED.name,
        title=DEBITED.title,
        explanation=f"The check of {check.units} said that there is too little money; the debit {debit.ref!r} of "
        "the same units came all the same and was refused. Work done in between is not paid.",
        fix=DEBITED.fix,
        user_id=requests.user_id,
        requests=(check.id, debit.id),
    )
