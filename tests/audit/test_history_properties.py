"""What holds for histories of any content."""

from __future__ import annotations

import contextlib
import io
from decimal import Context, Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_audit import line_parser
from billing_audit.history import (
    Balance,
    Check,
    Debit,
    Opening,
    write_history,
)
from billing_audit.line_parser import parse_line
from billing_audit.sources import HistoryError, SourceError
from tests.audit.reading_bytes import read

EXACT = Context(prec=100)
LINE = (
    b'{"op": "debit", "user_id": "u1", "units": 2.0, "ref": "r1", '
    b'"start": 1, "end": 2, "status": 200, "balance": 8}\n'
)


@given(
    st.binary(max_size=300)
    | st.just(LINE * 2).flatmap(
        lambda data: st.builds(
            lambda at, piece: data[:at] + piece + data[at + len(piece) :],
            st.integers(0, len(data)),
            st.binary(max_size=6),
        )
    )
)
def test_no_bytes_raise_anything_else(data):
    with contextlib.suppress(HistoryError, SourceError):
        read(data)


NUMBERS = st.decimals(-(10**9), 10**9, places=6, allow_nan=False)
ENTRIES = st.lists(
    st.builds(Opening, st.uuids().map(str), NUMBERS)
    | st.builds(Debit, st.text(), NUMBERS, st.text(), NUMBERS, st.none(), st.none())
    | st.builds(
        Balance,
        st.text(),
        NUMBERS.filter(lambda start: start < 0),
        NUMBERS.map(abs),
        st.just(200),
        NUMBERS,
    )
    | st.builds(Check, st.text(), NUMBERS, NUMBERS, st.none(), st.none())
)


@given(ENTRIES)
def test_what_is_written_is_read_again(entries):
    stream = io.StringIO()

    write_history(entries, stream)
    history = read(stream.getvalue().encode())

    accounts = history.accounts.values()
    again = [
        each
        for account in accounts
        for each in (account.opening, *account.operations)
        if each
    ]
    assert sorted(map(repr, again)) == sorted(map(repr, entries))


BEFORE, AFTER = NUMBERS.map(lambda time: -abs(time)), NUMBERS.map(abs)
OK = st.just(200)
ANSWERS = (
    st.builds(Debit, st.text(), NUMBERS, st.text(), BEFORE, AFTER, OK, NUMBERS)
    | st.builds(Check, st.text(), NUMBERS, BEFORE, AFTER, OK, st.booleans(), NUMBERS)
    | st.builds(Balance, st.text(), BEFORE, AFTER, OK, NUMBERS)
)


def line_of(entry):
    stream = io.StringIO()
    write_history([entry], stream)
    return stream.getvalue()


def with_care(line):
    """The entry of a line, or the problem with it, as the standard library reads its JSON."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_parser, "_decode", _refuse)
        return outcome(line)


def outcome(line):
    try:
        return parse_line(line.encode())
    except ValueError as problem:
        return str(problem)


def _refuse(text):
    raise msgspec.DecodeError(text)


@given(ANSWERS)
def test_the_quick_way_and_the_careful_way_read_an_answer_alike(operation):
    line = line_of(operation)

    assert outcome(line) == with_care(line) == operation


@given(
    ANSWERS.map(line_of),
    st.integers(0, 200),
    st.integers(0, 6),
    st.text('0123456789.-+eE"{}, nutrlefabs\\u', max_size=6),
)
def test_what_is_read_at_a_glance_is_what_care_would_read(line, at, removed, piece):
    changed = line[:at] + piece + line[at + removed :]

    assert outcome(changed) == with_care(changed)


def test_the_layout_of_written_histories_is_read_at_a_glance(monkeypatch):
    monkeypatch.setattr(line_parser, "_decode_slowly", _refuse)

    assert isinstance(parse_line(LINE), Debit)


@given(st.integers(-(10**59), 10**59), st.integers(0, 30))
def test_an_amount_of_any_allowed_number_of_digits_is_exact(digits, places):
    amount = Decimal(digits).scaleb(-places, EXACT)
    line = LINE.decode().replace('"units": 2.0', f'"units": {amount:f}')

    read_units = parse_line(line.encode()).units if abs(amount) < 10**30 else amount

    assert (read_units, read_units.as_tuple().exponent) == (amount, -places)


def test_half_of_a_surrogate_pair_is_read_as_it_stands():
    line = LINE.decode().replace('"r1"', '"\\ud800"')

    assert parse_line(line.encode()).ref == "\ud800"
