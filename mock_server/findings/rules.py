"""All rules, and how they are put to a journal."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from mock_server.findings import conflict, lost, outside, refused_check, reused
from mock_server.findings.payments import dealings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mock_server.findings.finding import Finding
    from mock_server.record import Record

FINDINGS_MAX = 1000
RULES = (
    lost.NEW_REF,
    lost.NEVER_RETRIED,
    conflict.NEW_REF,
    reused.REUSED,
    refused_check.DEBITED,
    outside.OUTSIDE,
    outside.UNDOCUMENTED,
)
_OF_DEALINGS = (
    lost.lost_debits,
    conflict.charged_again_after_conflict,
    reused.reused_refs,
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
    yield from outside.requests_outside(records)
    yield from outside.undocumented_fields(records, documented)
