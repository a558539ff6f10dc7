"""One line of a history: from bytes to an operation, or a ValueError that says what to mend."""

from __future__ import annotations

import json
from decimal import Decimal
from sys import intern
from typing import Any, Final, NoReturn

import simplejson

from billing_audit.operations import (
    Balance,
    Check,
    Debit,
    Entry,
    Opening,
)
from billing_audit.plain_line import plain_answer

# Far beyond any money or clock. Unbounded exponents would turn a short line into gigabytes.
DIGITS_MAX: Final = 60
MAGNITUDE_MAX: Final = 30
# A shorter line has no room for a number that is worth measuring.
_LONG_LINE: Final = 512

_STATUSES: Final = {Decimal(status): status for status in range(100, 600)}
_FIELDS: Final = {
    "opening": "user_id and balance",
    "debit": "user_id, units, ref, start, end, status, and balance when it was answered 200",
    "check": "user_id, units, start, end, status, and allowed and balance when it was answered 200",
    "balance": "user_id, start, end, status, and balance when it was answered 200",
}
_OK: Final = 200
_SHOWN_MAX: Final = 60

Record = dict[str, Any]


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON; write the amount or null")


_DECODER: Final = json.JSONDecoder(
    parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse_constant
)


def parse_line(line: bytes) -> Entry:
    """Give the entry of one line. Raises ValueError, and nothing else."""
    text = _text_of(line)
    return plain_answer(text) or _entry(_record(text))


def _entry(record: Record) -> Entry:
    kind = record.get("op")
    if kind == "debit":
        return _debit(record)
    if kind == "balance":
        return _balance(record)
    if kind == "check":
        return _check(record)
    if kind == "opening":
        return Opening(_user(record), _number(record, "balance"))
    if "op" not in record:
        raise ValueError(
            'the field "op" is missing; it is one of opening, debit, check, balance'
        )
    raise ValueError(
        f"unknown op {_shown(kind)}; it is one of opening, debit, check, balance"
    )


def _text_of(line: bytes) -> str:
    try:
        return line.decode().strip()
    except UnicodeDecodeError as problem:
        raise ValueError(
            f"byte {problem.start + 1} is not UTF-8; save the history as UTF-8"
        ) from None


def _record(text: str) -> Record:
    try:
        record, end = _DECODER.raw_decode(text)
    except json.JSONDecodeError as problem:
        raise ValueError(
            f"not JSON ({problem.msg} at column {problem.colno}); "
            "a history has one JSON object per line"
        ) from None
    except (ArithmeticError, RecursionError):
        raise ValueError(
            "a number or a nesting without measure; write plain amounts"
        ) from None
    if type(record) is not dict or end != len(text):
        raise ValueError(
            "a history has one JSON object per line, this line has something else"
        )
    if len(text) > _LONG_LINE:
        _refuse_long_numbers(record)
    return record


def _refuse_long_numbers(record: Record) -> None:
    for key, value in record.items():
        if type(value) is Decimal and len(value.as_tuple().digits) > DIGITS_MAX:
            raise ValueError(
                f"{_shown(key)} has more than {DIGITS_MAX} digits; round it"
            )


def _debit(record: Record) -> Debit:
    status = _status(record)
    return Debit(
        _user(record),
        _number(record, "units"),
        _text(record, "ref"),
        start := _number(record, "start"),
        _end(record, start, status),
        status,
        _number(record, "balance") if status == _OK else None,
    )


def _balance(record: Record) -> Balance:
    status = _status(record)
    return Balance(
        _user(record),
        start := _number(record, "start"),
        _end(record, start, status),
        status,
        _number(record, "balance") if status == _OK else None,
    )


def _check(record: Record) -> Check:
    status = _status(record)
    answered = status == _OK
    allowed = record.get("allowed") if answered else None
    if answered and type(allowed) is not bool:
        raise _wrong(record, "allowed", "true or false")
    return Check(
        _user(record),
        _number(record, "units"),
        start := _number(record, "start"),
        _end(record, start, status),
        status,
        allowed,
        _number(record, "balance") if answered else None,
    )


def _user(record: Record) -> str:
    # One string for all lines of an account: a million copies are tens of megabytes.
    return intern(_text(record, "user_id"))


def _text(record: Record, key: str) -> str:
    value = record.get(key)
    if type(value) is str:
        return value
    raise _wrong(record, key, "a string")


def _number(record: Record, key: str) -> Decimal:
    value = record.get(key)
    if type(value) is not Decimal:
        raise _wrong(record, key, "a number")
    if -MAGNITUDE_MAX <= value.adjusted() <= MAGNITUDE_MAX:
        return value
    raise ValueError(
        f"{_shown(key)} is {value:e}, beyond any amount or time; "
        f"write numbers between 1e-{MAGNITUDE_MAX} and 1e{MAGNITUDE_MAX}"
    )


def _status(record: Record) -> int | None:
    value = record.get("status")
    if type(value) is Decimal:
        status = _STATUSES.get(value)
        if status is not None:
            return status
    elif value is None and "status" in record:
        return None
    raise _wrong(
        record, "status", "an HTTP status from 100 to 599, or null when no answer came"
    )


def _end(record: Record, start: Decimal, status: int | None) -> Decimal | None:
    if record.get("end") is None:
        if "end" in record and status is None:
            return None
        raise _wrong(
            record,
            "end",
            "a number, because an answer came, or null with a null status",
        )
    end = _number(record, "end")
    if end < start:
        raise ValueError(
            f"the end {end} is before the start {start}; both are seconds on one clock"
        )
    return end


def _wrong(record: Record, key: str, expected: str) -> ValueError:
    if key in record:
        return ValueError(
            f"{_shown(key)} is {_shown(record[key])}; it must be {expected}"
        )
    kind = record["op"]
    return ValueError(f"the field {_shown(key)} is missing; {kind} has {_FIELDS[kind]}")


def _shown(value: object) -> str:
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    text = simplejson.dumps(value, use_decimal=True)
    return text if len(text) <= _SHOWN_MAX else text[: _SHOWN_MAX - 3] + "..."
