"""All rules, and how they are put to a journal."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from billing_mock.findings import (
    outside_contract,
    refused_check,
    retry_after_conflict,
    reused_ref,
    unknown_outcome,
)
from billing_mock.findings.payments import dealings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from billing_mock.findings.finding import Finding
    from billing_mock.journal.record import Record

FINDINGS_MAX = 1000
RULES = (
    unknown_outcome.NEW_REF,
    unknown_outcome.NEVER_RETRIED,
    retry_after_conflict.NEW_REF,
    reused_ref.REUSED,
    refused_check.DEBITED,
    outside_contract.OUTSIDE,
    outside_contract.UNDOCUMENTED,
)
_OF_DEALINGS = (
    unknown_outcome.lost_debits,
    retry_after_conflict.charged_again_after_conflict,
    reused_ref.reused_refs,
    refused_check.debits_after_refused_checks,
)


def findings_of(
    records: Iterable[Record], *, documented: Mapping[str, frozenset[str]]
) -> list[Finding]:
    """What these requests say about the gateway, in the order of the first request concerned; at most FINDINGS_MAX.

    `documented` are the fields that the contract lists, by the short name of the operation.
    """
    found = _findings(list(records), documented)
    first = itertools.islice(found, FINDINGS_MAX)
    return sorted(first, key=lambda each: each.requests)


def _findings(
    records: list[Record], documented: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    for dealings in dealings_of(records):
        for rule in _OF_DEALINGS:
            yield from rule(dealings)
    yield from outside_contract.requests_outside(records)
    yield from outside_contract.undocumented_fields(records, documented)
