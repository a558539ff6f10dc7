"""Requests outside the contract: refused here, or taken here and perhaps refused elsewhere."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from billing_mock.findings.finding import Finding, Rule
from billing_mock.journal.record import Disposition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from billing_mock.journal.record import Record

OUTSIDE = Rule(
    name="outside-contract",
    title="A request outside the contract",
    fix="Send what openapi.yaml describes; the answer's body names the field.",
)
UNDOCUMENTED = Rule(
    name="undocumented-field",
    title="A field that the contract does not list",
    fix="Leave the field out, or make sure that your deployment takes it.",
)
SHOWN_MAX = 20  # so many requests are named in one finding


def requests_outside(records: Iterable[Record]) -> Iterator[Finding]:
    """One finding for each user and kind of mistake."""
    alike: defaultdict[tuple[str | None, str], list[Record]] = defaultdict(list)
    for record in records:
        result = record.result
        if (
            record.verdict is Disposition.INVALID
            and result is not None
            and result.reason
        ):
            alike[record.user_id, result.reason.detail].append(record)
    for (user_id, detail), found in alike.items():
        explanation = f"{_times(found)} answered with {found[0].delivery.answer.status}: {detail}."
        yield _finding(OUTSIDE, explanation, user_id, found)


def undocumented_fields(
    records: Iterable[Record], documented: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    """One finding for each user, operation and field. `documented` are the fields by operation."""
    alike: defaultdict[tuple[str | None, str, str], list[Record]] = defaultdict(list)
    for record in records:
        operation = record.operation
        if operation is None or record.verdict is Disposition.INVALID:
            continue
        for name in record.fields.names - documented[operation]:
            alike[record.user_id, operation, name].append(record)
    for (user_id, operation, name), found in alike.items():
        explanation = (
            f"{operation} was sent with {name!r}. This mock does not mind; "
            "a service may refuse it with 422, and the contract lets it."
        )
        yield _finding(UNDOCUMENTED, explanation, user_id, found)


def _times(found: list[Record]) -> str:
    where = f"{found[0].method} {found[0].path}"
    return f"{where} was" if len(found) == 1 else f"{where} was {len(found)} times"


def _finding(
    rule: Rule, explanation: str, user_id: str | None, found: list[Record]
) -> Finding:
    return Finding(
        rule=rule.name,
        title=rule.title,
        explanation=explanation,
        fix=rule.fix,
        user_id=user_id,
        requests=tuple(each.id for each in found[:SHOWN_MAX]),
    )
