"""The outbox keeps every debit, digit by digit, and belongs to one process."""

from __future__ import annotations

import sqlite3
from decimal import Decimal

import pytest

from billing import Debit, Outbox, OutboxInUseError

FIRST = Debit(user_id="анна", units=Decimal("0.10"), ref="b", reason="chat")
SECOND = Debit(user_id="boris", units=Decimal("1E+2"), ref="a", reason="it's; chat")


def test_it_remembers_debits_in_their_order(tmp_path):
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        outbox.add(FIRST)
        outbox.add(SECOND)

    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        assert outbox.owed() == [FIRST, SECOND]
        assert str(outbox.owed()[0].units) == "0.10"


def test_it_forgets_what_was_charged_and_keeps_what_was_refused(outbox):
    outbox.add(FIRST)
    outbox.add(SECOND)

    outbox.settle("b")
    outbox.refuse("a", "too little money")

    assert outbox.owed() == []
    assert outbox.refused() == {"a": "too little money"}


def test_a_ref_is_owed_once(outbox):
    outbox.add(FIRST)

    with pytest.raises(sqlite3.IntegrityError):
        outbox.add(FIRST)


def test_a_second_one_on_the_same_file_is_turned_away(tmp_path):
    path = tmp_path / "outbox.sqlite"

    with Outbox(path), pytest.raises(OutboxInUseError, match=r"outbox\.sqlite"):
        Outbox(path)
    with Outbox(path) as outbox:
        assert outbox.owed() == []


def test_a_file_that_is_no_outbox_is_left_alone(tmp_path):
    path = tmp_path / "outbox.sqlite"
    path.write_text("This is not a database, and long enough to be told from one." * 9)
    before = path.read_bytes()

    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        Outbox(path)

    assert path.read_bytes() == before
