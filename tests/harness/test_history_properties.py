"""What holds for histories of any content."""

from __future__ import annotations

import contextlib
import io

from hypothesis import given
from hypothesis import strategies as st

from contract_tests.harness.history import (
    Balance,
    Check,
    Debit,
    HistoryError,
    Opening,
    read_history,
    write_history,
)
from contract_tests.harness.history_line import parse_line

LINE = (
    b'{"op": "debit", "user_id": "u1", "units": 2.0, "ref": "r1", '
    b'"start": 1, "end": 2, "status": 200, "balance": 8}\n'
)


def read(data):
    return read_history(io.BytesIO(data))


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
    with contextlib.suppress(HistoryError):
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


@given(
    st.builds(
        Debit,
        st.text(),
        NUMBERS,
        st.text(),
        NUMBERS.map(lambda n: -abs(n)),
        NUMBERS.map(abs),
        st.just(200),
        NUMBERS,
    )
)
def test_the_quick_way_and_the_careful_way_read_a_success_alike(debit):
    stream = io.StringIO()

    write_history([debit], stream)

    assert parse_line(stream.getvalue().encode()) == debit
    assert (
        parse_line(stream.getvalue().replace('"status": 200', '"status": 2e2').encode())
        == debit
    )
