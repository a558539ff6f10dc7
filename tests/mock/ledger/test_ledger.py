"""The ledger alone: exact, atomic, and each ref once."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_mock.ledger.account import Account
from billing_mock.ledger.amounts import BALANCE_LIMIT
from billing_mock.ledger.ledger import (
    BalanceLimitError,
    DuplicateRefError,
    InsufficientFundsError,
    Ledger,
    LedgerError,
    UnknownAccountError,
)
from billing_mock.ledger.transaction import Entry, unpack


def ledger(balance="10", **more):
    numbers = itertools.count(1)
    accounts = [
        Account(user_id="u", balance=Decimal(balance)),
        Account(user_id="other", balance=Decimal(5)),
    ]
    return Ledger(accounts, new_tx_id=lambda: f"tx-{next(numbers)}", **more)


def entry(units, ref, user_id="u", at=0.0):
    return Entry(user_id=user_id, units=Decimal(units), ref=ref, reason="test", at=at)


def test_a_debit_lowers_the_balance_and_tells_it():
    book = ledger()

    booked = book.debit(entry("2.5", "r"))

    assert booked.balance == book.balance("u") == Decimal("7.5")


def test_a_used_ref_is_refused_also_when_the_money_has_run_out():
    book = ledger("3")
    book.debit(entry("3", "r"))

    with pytest.raises(DuplicateRefError):
        book.debit(entry("3", "r"))

    assert book.balance("u") == 0


def test_too_little_money_is_refused_and_leaves_the_ref_free():
    book = ledger("3")

    with pytest.raises(InsufficientFundsError) as caught:
        book.debit(entry("3.01", "r"))

    assert caught.value.balance == 3
    assert book.debit(entry("3", "r")).balance == 0


def test_refs_are_of_one_user_unless_told_otherwise():
    book, strict = ledger(), ledger(refs_are_global=True)
    for each in (book, strict):
        each.debit(entry("1", "r"))

    assert book.debit(entry("1", "r", "other")).balance == 4
    with pytest.raises(DuplicateRefError):
        strict.debit(entry("1", "r", "other"))
    assert strict.balance("other") == 5


def test_a_credit_raises_the_balance_once_for_each_ref():
    book = ledger()

    book.credit(entry("0.1", "r"))

    with pytest.raises(DuplicateRefError):
        book.credit(entry("0.1", "r"))
    assert book.balance("u") == Decimal("10.1")


def test_a_balance_beyond_the_limit_is_refused():
    book = ledger()

    with pytest.raises(BalanceLimitError):
        book.credit(entry(BALANCE_LIMIT, "r"))

    assert book.balance("u") == 10


def test_an_unknown_user_has_what_the_ledger_is_told():
    assert ledger().balance("new") == 0
    assert (
        ledger(unknown_opens_with=Decimal(7)).debit(entry("2", "r", "new")).balance == 5
    )
    with pytest.raises(UnknownAccountError):
        ledger(unknown_opens_with=None).debit(entry("2", "r", "new"))


def test_looking_at_an_unknown_user_stores_nothing():
    book = ledger()
    book.balance("new")
    with pytest.raises(InsufficientFundsError):
        book.debit(entry("1", "r", "new"))

    assert list(book.accounts()) == ["u", "other"]


def test_transactions_are_found_by_user_and_ref():
    book = ledger()
    book.debit(entry("1", "a", at=2.0))
    book.debit(entry("1", "b", at=3.0))
    book.debit(entry("1", "a", "other", at=1.0))

    assert [each.user_id for each in book.transactions()] == ["other", "u", "u"]
    assert [each.ref for each in book.transactions(user_id="u")] == ["a", "b"]
    assert [each.user_id for each in book.transactions(ref="a")] == ["other", "u"]
    assert book.transactions(user_id="nobody") == []


def test_a_reset_brings_the_starting_accounts_back():
    book = ledger(refs_are_global=True)
    book.debit(entry("1", "r"))
    book.put(Account(user_id="new", balance=Decimal(1)))

    book.reset()

    assert {user: balance for user, (balance, _) in book.accounts().items()} == {
        "u": 10,
        "other": 5,
    }
    assert book.debit(entry("1", "r", "other")).balance == 4


def test_a_reset_of_one_user_leaves_the_others_alone():
    book = ledger()
    book.debit(entry("1", "r"))
    book.debit(entry("1", "r", "other"))

    book.reset("u")

    assert (book.balance("u"), book.balance("other")) == (10, 4)
    assert book.transactions(user_id="u") == []


def test_an_account_can_be_put_and_deleted():
    book = ledger(unknown_opens_with=None)
    book.put(Account(user_id="new", balance=Decimal(3)))
    book.delete("new")

    with pytest.raises(UnknownAccountError):
        book.balance("new")
    with pytest.raises(UnknownAccountError):
        book.delete("new")


def test_concurrent_debits_are_booked_one_by_one():
    book = ledger("50")

    def spend(number):
        try:
            return book.debit(entry("1", f"r-{number % 80}")).balance
        except LedgerError:
            return None

    with ThreadPoolExecutor(16) as pool:
        left = [
            balance for balance in pool.map(spend, range(400)) if balance is not None
        ]

    assert sorted(left, reverse=True) == [Decimal(49 - made) for made in range(50)]
    assert book.balance("u") == 0


@given(
    st.lists(
        st.tuples(st.decimals("0.001", "4", places=3), st.sampled_from("abcdef")),
        max_size=30,
    )
)
def test_what_was_booked_explains_the_balance(debits):
    book = ledger()

    for units, ref in debits:
        try:
            book.debit(entry(units, ref))
        except LedgerError:
            continue

    booked = book.transactions(user_id="u")
    assert book.balance("u") == 10 - sum(each.units for each in booked)
    assert book.balance("u") >= 0
    assert (
        len({each.ref for each in booked})
        == len(booked)
        == len({each.tx_id for each in booked})
    )


@given(
    units=st.decimals(min_value="0.01", max_value="1e20", allow_nan=False),
    reason=st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    at=st.floats(min_value=0, max_value=4e9),
)
def test_what_is_kept_in_few_bytes_is_told_whole(units, reason, at):
    book = ledger("1e25")
    booked = book.debit(Entry("u", units, "r", reason, at))

    assert book.transactions() == [booked]
    assert (booked.units, booked.reason, booked.at) == (units, reason, at)
    assert unpack(booked.pack(), user_id="u", ref="r") == booked
