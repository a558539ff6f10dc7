"""All rules, and the function that applies them to requests."""

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
from billing_mock.findings.user_requests import group_by_user

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
_RULES_FOR_A_USER = (
    unknown_outcome.find_lost_debits,
    retry_after_conflict.find_debits_after_conflict,
    reused_ref.find_reused_refs,
    refused_check.find_debits_after_refused_checks,
)


def findings_of(
    records: Iterable[Record], *, documented: Mapping[str, frozenset[str]]
) -> list[Finding]:
    """Return what the rules find in these requests, at most FINDINGS_MAX findings, sorted by their first request's id.

    `documented` holds the fields that the contract lists, by the short name of the operation.
    """
    found = _findings(list(records), documented)
    first = itertools.islice(found, FINDINGS_MAX)
    return sorted(first, key=lambda each: each.requests)


def _findings(
    records: list[Record], documented: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    for requests in group_by_user(records):
        for find in _RULES_FOR_A_USER:
            yield from find(requests)
    yield from outside_contract.find_requests_outside(records)
    yield from outside_contract.find_undocumented_fields(records, documented)
