"""Reading and writing histories: what is right comes back, what is wrong is named."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing_audit.history import (
    Check,
    Debit,
    Opening,
)
from billing_audit.line_parser import parse_line
from billing_audit.sources import HistoryError
from tests.audit.reading_bytes import read

LINES = b"""\
{"op": "opening", "user_id": "u1", "balance": 742.0}
{"op": "debit", "user_id": "u1", "units": 2.0, "ref": "r1", "start": 0.001, "end": 0.009, "status": 200, "balance": 740.0}
{"op": "check", "user_id": "u1", "units": 5.0, "start": 0.002, "end": 0.004, "status": 200, "allowed": true, "balance": 742.0}
{"op": "balance", "user_id": "u2", "start": 0.011, "end": 0.012, "status": 200, "balance": 740.0}
{"op": "debit", "user_id": "u1", "units": 1.0, "ref": "r2", "start": 0.013, "end": null, "status": null}
"""
DEBIT = '{"op": "debit", "user_id": "u1", "units": 2, "ref": "r1", "start": 1, "end": 2, "status": 200, "balance": 8}'


def test_the_documented_lines_are_read():
    history = read(LINES)

    assert list(history.accounts) == ["u1", "u2"]
    assert history.operation_count == 4
    first = history.accounts["u1"]
    assert first.opening == Opening("u1", Decimal("742.0"))
    assert first.operations == [
        Debit(
            "u1",
            Decimal(2),
            "r1",
            Decimal("0.001"),
            Decimal("0.009"),
            200,
            Decimal(740),
        ),
        Check(
            "u1",
            Decimal(5),
            Decimal("0.002"),
            Decimal("0.004"),
            200,
            allowed=True,
            balance=Decimal(742),
        ),
        Debit("u1", Decimal(1), "r2", Decimal("0.013"), None, None),
    ]
    assert list(first.lines) == [2, 3, 5]


def test_amounts_and_times_are_exact():
    line = DEBIT.replace('"units": 2', '"units": 0.1').replace(
        '"end": 2', '"end": 1731234567.123456789'
    )

    debit = parse_line(line.encode())

    assert debit.units == Decimal("0.1")
    assert debit.end == Decimal("1731234567.123456789")


def test_a_line_may_be_long():
    line = DEBIT.replace("r1", "r" * 1000)

    assert parse_line(line.encode()).ref == "r" * 1000


ALIKE = {
    "compact": DEBIT.replace(" ", ""),
    "in another order": '{"balance": 8, "status": 200, "end": 2, "start": 1, "ref": "r1", "units": 2, "user_id": "u1", "op": "debit"}',
    "with fields of its own": DEBIT.replace("{", '{"tx_id": "t1", ', 1),
    "indented": f"  {DEBIT}  ",
    "with exponents": DEBIT.replace('"units": 2', '"units": 0.2e1'),
    "with a status that is a decimal": DEBIT.replace("200", "200.0"),
}


@pytest.mark.parametrize("line", ALIKE.values(), ids=ALIKE.keys())
def test_a_line_may_be_written_in_many_ways(line):
    assert parse_line(line.encode()) == parse_line(DEBIT.encode())


def test_blank_lines_a_byte_order_mark_and_windows_line_ends_are_no_matter():
    history = read(b"\xef\xbb\xbf" + DEBIT.encode() + b"\r\n\r\n  \n")

    assert history.operation_count == 1


def test_a_last_line_without_its_line_end_is_read():
    assert read(DEBIT.encode()).operation_count == 1


WRONG = {
    "not JSON": (
        "debit r1",
        "not JSON (Expecting value at column 1); a history has one JSON object per line",
    ),
    "a list": ("[1, 2]", "one JSON object per line, this line has something else"),
    "two objects": (
        f"{DEBIT} {DEBIT}",
        "one JSON object per line, this line has something else",
    ),
    "no op": (
        '{"user_id": "u1"}',
        'the field "op" is missing; it is one of opening, debit',
    ),
    "an unknown op": (
        '{"op": "credit"}',
        'unknown op "credit"; it is one of opening, debit, check, balance',
    ),
    "an op that is no word": ('{"op": [1]}', "unknown op a list"),
    "no user": (
        DEBIT.replace("user_id", "user"),
        'the field "user_id" is missing; debit has user_id, units',
    ),
    "a user that is a number": (
        DEBIT.replace('"u1"', "1"),
        '"user_id" is 1; it must be a string',
    ),
    "no ref": (DEBIT.replace('"ref": "r1", ', ""), 'the field "ref" is missing'),
    "units in quotes": (
        DEBIT.replace('"units": 2', '"units": "2"'),
        '"units" is "2"; it must be a number',
    ),
    "units that are true": (
        DEBIT.replace('"units": 2', '"units": true'),
        '"units" is true; it must be a number',
    ),
    "NaN": (DEBIT.replace('"units": 2', '"units": NaN'), "NaN is not a number in JSON"),
    "Infinity": (
        DEBIT.replace('"units": 2', '"units": -Infinity'),
        "-Infinity is not a number in JSON",
    ),
    "an amount without measure": (
        DEBIT.replace('"units": 2', '"units": 1e99'),
        "beyond any amount or time",
    ),
    "an exponent without measure": (
        DEBIT.replace('"units": 2', f'"units": 1e{"9" * 30}'),
        "without measure",
    ),
    "a number of a thousand digits": (
        DEBIT.replace('"units": 2', f'"units": 2.{"1" * 999}'),
        '"units" has more than 60 digits',
    ),
    "a nesting without measure": ("[" * 60_000, "without measure"),
    "no status": (
        DEBIT.replace('"status": 200, ', ""),
        'the field "status" is missing',
    ),
    "an unheard-of status": (
        DEBIT.replace("200", "99"),
        '"status" is 99; it must be an HTTP status',
    ),
    "a status that is a word": (
        DEBIT.replace("200", '"OK"'),
        "it must be an HTTP status from 100 to 599, or null",
    ),
    "no start": (DEBIT.replace('"start": 1, ', ""), 'the field "start" is missing'),
    "no end of an answer": (
        DEBIT.replace('"end": 2', '"end": null'),
        '"end" is null; it must be a number, because an answer came',
    ),
    "no word of an end": (
        '{"op": "balance", "user_id": "u1", "start": 1, "status": null}',
        'the field "end" is missing',
    ),
    "an end before its start": (
        DEBIT.replace('"end": 2', '"end": 0.5'),
        "the end 0.5 is before the start 1",
    ),
    "a success without a balance": (
        DEBIT.replace(', "balance": 8', ""),
        'the field "balance" is missing; debit has',
    ),
    "a check without its verdict": (
        '{"op": "check", "user_id": "u1", "units": 1, "start": 1, "end": 2, "status": 200, "balance": 8}',
        'the field "allowed" is missing; check has',
    ),
    "an opening without a balance": (
        '{"op": "opening", "user_id": "u1"}',
        "opening has user_id and balance",
    ),
}


@pytest.mark.parametrize(("line", "problem"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_line_is_named_with_what_to_mend(line, problem):
    with pytest.raises(HistoryError) as raised:
        read(LINES + line.encode() + b"\n" + LINES)

    assert str(raised.value).startswith("standard input, line 6: ")
    assert problem in str(raised.value)
    assert len(str(raised.value)) < 300


BYTES = {
    "text that is not UTF-8": (
        DEBIT.encode("utf-16"),
        "byte 1 is not UTF-8; save the history as UTF-8",
    ),
    "a file cut short": (
        DEBIT.encode()[:60],
        "the file ends in the middle of this line",
    ),
    "a file without lines": (
        b" " + b"0" * 70_000,
        "the line is longer than 65536 bytes",
    ),
    "a second opening": (LINES[:53] * 2, "a second opening of this account"),
}


@pytest.mark.parametrize(("data", "problem"), BYTES.values(), ids=BYTES.keys())
def test_a_wrong_file_is_named(data, problem):
    with pytest.raises(HistoryError, match=problem):
        read(data)
