"""One line of a history: from bytes to an operation, or a ValueError with what is to be corrected."""

from __future__ import annotations

import json
from decimal import Decimal
from sys import intern
from typing import Any, Final, NoReturn

import msgspec
import simplejson

from billing_audit.operations import Balance, Check, Debit, Entry, Opening

# Far beyond any money or clock. Unbounded exponents would turn a short line into gigabytes.
DIGITS_MAX: Final = 60
MAGNITUDE_MAX: Final = 30
# A shorter line has no room for a number that is worth measuring.
_LONG_LINE: Final = 512

# 200.0 is equal to 200, and so is its hash.
_STATUSES: Final[dict[int | Decimal, int]] = {
    status: status for status in range(100, 600)
}
_FIELDS: Final = {
    "opening": "user_id and balance",
    "debit": "user_id, units, ref, start, end, status, and balance when it was answered 200",
    "check": "user_id, units, start, end, status, and allowed and balance when it was answered 200",
    "balance": "user_id, start, end, status, and balance when it was answered 200",
}
_OK: Final = 200
_SHOWN_MAX: Final = 60


class _Line(msgspec.Struct, gc=False):
    """The fields of a line as they stand there: UNSET where missing, numbers as int or Decimal."""

    op: Any = msgspec.UNSET
    user_id: Any = msgspec.UNSET
    units: Any = msgspec.UNSET
    ref: Any = msgspec.UNSET
    start: Any = msgspec.UNSET
    end: Any = msgspec.UNSET
    status: Any = msgspec.UNSET
    allowed: Any = msgspec.UNSET
    balance: Any = msgspec.UNSET


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON; write the amount or null")


# `float_hook` receives the digits of the line, so no amount becomes a float on the way.
_decode: Final = msgspec.json.Decoder(_Line, float_hook=Decimal).decode
_SLOW_DECODER: Final = json.JSONDecoder(
    parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse_constant
)


def parse_line(line: bytes) -> Entry:
    """Return the entry of one line. Raises ValueError for whatever is wrong with it."""
    text = _text_of(line)
    try:
        fields = _decode(text)
    except (msgspec.MsgspecError, ArithmeticError, RecursionError):
        fields = _decode_slowly(text)
    if len(text) > _LONG_LINE:
        _refuse_long_numbers(fields)
    return _entry(fields)


def _text_of(line: bytes) -> str:
    try:
        return line.decode().strip()
    except UnicodeDecodeError as problem:
        raise ValueError(
            f"byte {problem.start + 1} is not UTF-8; save the history as UTF-8"
        ) from None


def _decode_slowly(text: str) -> _Line:
    """Return the fields of a line that msgspec refused; raise ValueError where it is no object.

    The standard library names the column of an error. And it reads two things that are JSON
    though msgspec refuses them: half of a surrogate pair, and numbers of thousands of digits.
    """
    try:
        record, end = _SLOW_DECODER.raw_decode(text)
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
    return _Line(
        **{key: record[key] for key in _Line.__struct_fields__ if key in record}
    )


def _entry(line: _Line) -> Entry:
    kind = line.op
    if kind == "debit":
        return _debit(line)
    if kind == "balance":
        return _balance(line)
    if kind == "check":
        return _check(line)
    if kind == "opening":
        return Opening(_user(line), _number(line, "balance", line.balance))
    if kind is msgspec.UNSET:
        raise ValueError(
            'the field "op" is missing; it is one of opening, debit, check, balance'
        )
    raise ValueError(
        f"unknown op {_shown(kind)}; it is one of opening, debit, check, balance"
    )


def _debit(line: _Line) -> Debit:
    status = _status(line)
    return Debit(
        _user(line),
        _number(line, "units", line.units),
        _text(line, "ref", line.ref),
        start := _number(line, "start", line.start),
        _end(line, start, status),
        status,
        _number(line, "balance", line.balance) if status == _OK else None,
    )


def _balance(line: _Line) -> Balance:
    status = _status(line)
    return Balance(
        _user(line),
        start := _number(line, "start", line.start),
        _end(line, start, status),
        status,
        _number(line, "balance", line.balance) if status == _OK else None,
    )


def _check(line: _Line) -> Check:
    status = _status(line)
    answered = status == _OK
    allowed = line.allowed if answered else None
    if answered and type(allowed) is not bool:
        raise _wrong(line, "allowed", "true or false")
    return Check(
        _user(line),
        _number(line, "units", line.units),
        start := _number(line, "start", line.start),
        _end(line, start, status),
        status,
        allowed,
        _number(line, "balance", line.balance) if answered else None,
    )


def _user(line: _Line) -> str:
    # One string for all lines of an account: a million copies are tens of megabytes.
    return intern(_text(line, "user_id", line.user_id))


def _text(line: _Line, key: str, value: Any) -> str:
    if type(value) is str:
        return value
    raise _wrong(line, key, "a string")


def _number(line: _Line, key: str, value: Any) -> Decimal:
    number: Decimal
    if type(value) is Decimal:
        number = value
    elif type(value) is int:
        number = Decimal(value)
    else:
        raise _wrong(line, key, "a number")
    if -MAGNITUDE_MAX <= number.adjusted() <= MAGNITUDE_MAX:
        return number
    raise ValueError(
        f"{_shown(key)} is {number:e}, beyond any amount or time; "
        f"write numbers between 1e-{MAGNITUDE_MAX} and 1e{MAGNITUDE_MAX}"
    )


def _status(line: _Line) -> int | None:
    value = line.status
    if type(value) is int or type(value) is Decimal:
        status = _STATUSES.get(value)
        if status is not None:
            return status
    elif value is None:
        return None
    raise _wrong(
        line, "status", "an HTTP status from 100 to 599, or null when no answer came"
    )


def _end(line: _Line, start: Decimal, status: int | None) -> Decimal | None:
    value = line.end
    if value is None or value is msgspec.UNSET:
        if value is None and status is None:
            return None
        raise _wrong(
            line, "end", "a number, because an answer came, or null with a null status"
        )
    end = _number(line, "end", value)
    if end < start:
        raise ValueError(
            f"the end {end} is before the start {start}; both are seconds on one clock"
        )
    return end


def _wrong(line: _Line, key: str, expected: str) -> ValueError:
    value = getattr(line, key)
    if value is not msgspec.UNSET:
        return ValueError(f"{_shown(key)} is {_shown(value)}; it must be {expected}")
    return ValueError(
        f"the field {_shown(key)} is missing; {line.op} has {_FIELDS[line.op]}"
    )


def _shown(value: object) -> str:
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    text = simplejson.dumps(value, use_decimal=True)
    return text if len(text) <= _SHOWN_MAX else text[: _SHOWN_MAX - 3] + "..."


def _refuse_long_numbers(line: _Line) -> None:
    for key in _Line.__struct_fields__:
        value = getattr(line, key)
        if type(value) is int:
            value = Decimal(value)
        if type(value) is Decimal and len(value.as_tuple().digits) > DIGITS_MAX:
            raise ValueError(
                f"{_shown(key)} has more than {DIGITS_MAX} digits; round it"
            )
