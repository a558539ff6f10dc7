"""The journal as a history: JSON lines that billing-audit judges.

A line has what the gateway could see: a request whose answer did not reach it whole has no end.
"""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from billing_contract import NotJsonError, parse_json
from billing_mock.journal.record import ClientKnowledge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from billing_mock.journal.record import Record

_NOTHING_DONE = frozenset({400, 401, 404, 405, 413, 415, 422})
# What billing-audit takes for amounts: exponent of the first digit, and number of digits.
_MAGNITUDE_MAX = 30
_DIGITS_MAX = 60
_RAISES_BALANCE = frozenset({"credit", "plan"})
_TYPES = {"allowed": bool, "balance": Decimal}
_AMOUNTS = {"debit": ("balance",), "check": ("allowed", "balance"), "balance": ("balance",)}  # fmt: skip


class Opening(NamedTuple):
    """The start of an account: when, in seconds of the journal's clock, and with which balance, in units; None where that is not known."""

    start: float
    balance: Decimal | None


class History(NamedTuple):
    """The entries of a history, and the user ids that were left out: credited ones, and those charged with what is no amount to billing-audit."""

    entries: list[dict[str, Any]]
    left_out: frozenset[str]


def history_of(records: Iterable[Record], openings: Mapping[str, Opening]) -> History:
    """Return what the records say about each account since its opening.

    Left out are requests that no service could carry out, such as a debit without a ref.
    """
    by_user: dict[str, list[Record]] = {}
    left_out = set()
    for record in records:
        user_id = record.user_id
        opening = openings.get(user_id or "")
        if user_id is None or (opening and record.start < opening.start):
            continue
        if record.operation in _RAISES_BALANCE or _is_debit_beyond_amounts(record):
            left_out.add(user_id)
        by_user.setdefault(user_id, []).append(record)
    entries = [
        entry
        for user_id, mine in by_user.items()
        if user_id not in left_out
        for entry in _entries_of(user_id, mine, openings.get(user_id))
    ]
    return History(entries, frozenset(left_out))


def _entries_of(
    user_id: str, records: list[Record], opening: Opening | None
) -> Iterator[dict[str, Any]]:
    if opening and opening.balance is not None:
        yield {"op": "opening", "user_id": user_id, "balance": opening.balance}
    for record in records:
        if _could_be_carried_out(record):
            yield _entry(user_id, record)


def _could_be_carried_out(record: Record) -> bool:
    if record.status in _NOTHING_DONE or not record.user_id:
        return False
    if record.operation == "balance":
        return True
    units = record.units
    if units is None or units <= 0 or _is_beyond_amounts(units):
        return False
    is_debit = record.operation == "debit"
    return record.operation == "check" or (is_debit and bool(record.ref))


def _is_beyond_amounts(units: Decimal) -> bool:
    return (
        not -_MAGNITUDE_MAX <= units.adjusted() <= _MAGNITUDE_MAX
        or len(units.as_tuple().digits) > _DIGITS_MAX
    )


def _is_debit_beyond_amounts(record: Record) -> bool:
    """Return whether this is, or may be, a charge that no line of a history can hold."""
    units = record.units
    may_be_charged = record.status == HTTPStatus.OK or (
        record.knowledge is ClientKnowledge.INDEFINITE
    )
    return (
        record.operation == "debit"
        and may_be_charged
        and units is not None
        and units > 0
        and _is_beyond_amounts(units)
    )


def _entry(user_id: str, record: Record) -> dict[str, Any]:
    operation = record.operation or ""
    entry: dict[str, Any] = {"op": operation, "user_id": user_id}
    if operation != "balance":
        entry["units"] = record.units
    if operation == "debit":
        entry["ref"] = record.ref
    answer = _answer_of(record, _AMOUNTS[operation])
    end = None if answer is None else Decimal(repr(record.end))
    entry |= {"start": Decimal(repr(record.start)), "end": end, "status": None}
    return entry | (answer or {})


def _answer_of(record: Record, names: tuple[str, ...]) -> dict[str, Any] | None:
    """Return status and amounts that the gateway was sent; None where it could not read them."""
    if record.knowledge is ClientKnowledge.INDEFINITE:
        return (
            None  # a service that failed may do what was asked later than it answered
        )
    if record.status != HTTPStatus.OK:
        return {"status": record.status}
    fields = _fields_of(record.delivery.answer.body)
    if all(isinstance(fields.get(name), _TYPES[name]) for name in names):
        return {"status": record.status, **{name: fields[name] for name in names}}
    return None


def _fields_of(body: bytes) -> dict[str, Any]:
    try:
        fields = parse_json(body)
    except NotJsonError:
        return {}
    return fields if isinstance(fields, dict) else {}
