"""A check that says no means: do not do the work. Here the debit came all the same."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING

from billing_mock.findings.finding import Finding, Rule
from billing_mock.findings.payments import told_allowed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from billing_mock.findings.payments import Dealings
    from billing_mock.journal.record import Record

DEBITED = Rule(
    name="debit-after-refused-check",
    title="A debit followed a check that had refused it",
    fix="Stop when check answers allowed: false; do neither the work nor the debit.",
)


def debits_after_refused_checks(dealings: Dealings) -> Iterator[Finding]:
    """Findings for every debit that a check had refused, and that was refused again for lack of money.

    A check of the same units that was allowed stands for one payment of its own.
    """
    left: Counter[Decimal | None] = Counter()
    refused: dict[Decimal | None, Record] = {}
    for record in _in_order(dealings):
        units = record.units
        if record.operation == "check":
            allowed = told_allowed(record)
            left[units] += allowed is True
            if allowed is False:
                refused[units] = record
            elif allowed:
                refused.pop(units, None)
            continue
        check = refused.get(units)
        if (
            check
            and check.end < record.start
            and left[units] < 1
            and _forbidden(record)
        ):
            yield _finding(dealings, check, record)
        left[units] -= 1
        if record.has_effect:
            refused.pop(units, None)


def _in_order(dealings: Dealings) -> list[Record]:
    begun = [each.first for each in dealings.payments]
    return sorted([*dealings.checks, *begun], key=lambda each: each.start)


def _forbidden(debit: Record) -> bool:
    return debit.result is not None and debit.result.status == HTTPStatus.FORBIDDEN


def _finding(dealings: Dealings, check: Record, debit: Record) -> Finding:
    return Finding(
        rule=DEBITED.name,
        title=DEBITED.title,
        explanation=f"The check of {check.units} said that there is too little money; the debit {debit.ref!r} of "
        "the same units came all the same and was refused. Work done in between is not paid.",
        fix=DEBITED.fix,
        user_id=dealings.user_id,
        requests=(check.id, debit.id),
    )
