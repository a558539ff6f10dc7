"""Requests outside the contract: those that the mock refuses, and those with fields that a service may refuse."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from billing_mock.findings.finding import Finding, Rule
from billing_mock.findings.likely_fix import ANY_FIX, likely_fix
from billing_mock.journal.record import Disposition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from billing_mock.journal.record import Record

OUTSIDE = Rule(
    name="outside-contract",
    title="A request outside the contract",
    fix=ANY_FIX,
)
UNDOCUMENTED = Rule(
    name="undocumented-field",
    title="A field that the contract does not list",
    fix="Leave the field out, or make sure that your deployment takes it.",
)
REQUESTS_MAX = 20  # a finding names at most so many requests


def find_requests_outside(records: Iterable[Record]) -> Iterator[Finding]:
    """Yield a finding for each user and each kind of invalid request.

    Reported is a request that the API refused because it is not what openapi.yaml describes: an
    unknown path, a wrong method, key, type or size, an invalid body or query. Requests of one
    user to one path that were refused for the same reason are one finding. Not reported are refusals of valid
    requests (403, 404 for an unknown user or plan, 409) and requests that a fault kept from the
    API.
    """
    similar: defaultdict[tuple[str | None, str, str, str], list[Record]] = defaultdict(
        list
    )
    for record in records:
        result = record.result
        if (
            record.verdict is Disposition.INVALID
            and result is not None
            and result.reason
        ):
            same = record.user_id, record.method, record.path, result.reason.detail
            similar[same].append(record)
    for (user_id, _, _, detail), found in similar.items():
        explanation = f"{_request_was(found)} answered with {found[0].delivery.answer.status}: {detail}."
        yield _finding(OUTSIDE, explanation, user_id, found, fix=likely_fix(found[0]))


def find_undocumented_fields(
    records: Iterable[Record], documented: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    """Yield a finding for each user, operation and field that the contract does not list.

    `documented` holds the fields that the contract lists, by the short name of the operation.
    Reported is a request with another field, which the mock ignores and a service may refuse
    with 422. Not reported is a request outside the contract, which `find_requests_outside`
    reports.
    """
    similar: defaultdict[tuple[str | None, str, str], list[Record]] = defaultdict(list)
    for record in records:
        operation = record.operation
        if operation is None or record.verdict is Disposition.INVALID:
            continue
        for name in record.fields.names - documented[operation]:
            similar[record.user_id, operation, name].append(record)
    for (user_id, operation, name), found in similar.items():
        explanation = (
            f"{operation} was sent with {name!r}. This mock does not mind; "
            "a service may refuse it with 422, and the contract lets it."
        )
        yield _finding(UNDOCUMENTED, explanation, user_id, found)


def _request_was(found: list[Record]) -> str:
    where = f"{found[0].method} {found[0].path}"
    return f"{where} was" if len(found) == 1 else f"{where} was {len(found)} times"


def _finding(
    rule: Rule,
    explanation: str,
    user_id: str | None,
    found: list[Record],
    *,
    fix: str | None = None,
) -> Finding:
    return Finding(
        rule=rule.name,
        title=rule.title,
        explanation=explanation,
        fix=fix or rule.fix,
        user_id=user_id,
        requests=tuple(each.id for each in found[:REQUESTS_MAX]),
    )
