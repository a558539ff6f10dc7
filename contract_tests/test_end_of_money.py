"""Debits at the end of the money (clauses debit.*): the whole balance can be spent, and not a cent more."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal

import pytest

from billing_verify.account import TestAccount, new_user_id
from billing_verify.amounts import CENT, money
from billing_verify.checks.shapes import assert_shape
from billing_verify.checks.shortage import CLAUSES, assert_refused
from billing_verify.clauses import clause


def share_of(account, share):
    """Return a share of what the account held at first, in units, rounded up to a cent."""
    return (account.opening * Decimal(share)).quantize(CENT, rounding=ROUND_UP)


@clause(*CLAUSES)
@pytest.mark.parametrize("excess", ["0.01", "0.50", "200"])
def test_more_than_the_balance_is_refused_and_charges_nothing(billing, spare, excess):
    account = spare()

    response = billing.debit(account, units=billing.more_than_balance(account, excess))

    assert_refused(response, account, billing.balance(account))


@clause("debit.insufficient")
def test_an_empty_account_pays_nothing(billing, empty):
    account = empty()

    response = billing.debit(account, units=1)

    assert (response.status, billing.balance(account)) == (403, money(0))


@clause("debit.insufficient")
def test_what_is_left_after_a_debit_decides(billing, spare):
    account = spare()
    billing.debit_ok(account)
    left = billing.balance(account)

    response = billing.debit(account, units=account.opening)

    assert response.status == 403
    assert billing.balance(account) == money(left)


@clause("debit.whole-balance")
@pytest.mark.parametrize("balance", ["0.01", "1.25", "3", "742.0"])
def test_the_whole_balance_can_be_spent(billing, emptied, balance):
    debit = emptied(balance=balance, as_answered=True)

    assert debit.response.status == 200
    assert debit.response.balance == money("0")
    assert billing.balance(debit.account) == money("0")


@clause("debit.shape")
def test_the_debit_that_empties_an_account_tells_as_much(emptied):
    debit = emptied(balance=3)

    assert_shape(debit.response, "DebitResult")


@clause("debit.never-negative")
@pytest.mark.parametrize("share", ["1.001", "1.05", "1.1"])
def test_a_debit_of_a_little_more_leaves_no_debt(billing, spare, share):
    account = spare()

    for _ in range(2):
        billing.debit(account, units=share_of(account, share))

    assert billing.read(account).balance >= 0


@clause("debit.never-negative")
def test_an_emptied_account_gets_into_no_debt(billing, emptied):
    debit = emptied(balance=10)

    for _ in range(3):
        billing.debit(debit.account, units=debit.account.opening)

    assert billing.read(debit.account).balance >= 0


@clause("debit.never-negative")
@pytest.mark.parametrize("share", ["0.334", "0.6"])
def test_debits_stop_above_zero(billing, halved, share):
    account = halved()
    units = share_of(account, share)

    made = [
        response
        for response in (billing.debit(account, units=units) for _ in range(4))
        if response.status == 200
    ]

    for response in made:
        assert response.balance >= 0
    assert billing.read(account).balance >= 0


@clause("debit.never-negative")
@pytest.mark.parametrize(
    "units", ["1e2", "1e400", "1e-400", "123456789012345678901234567890"]
)
def test_odd_numbers_take_no_account_below_zero(billing, spare, units):
    account = spare(balance=5)
    template = b'{"user_id": "%s", "ref": "%s", "reason": "odd", "units": '

    billing.request(
        "debitBalance",
        billing.fill_template(template, account, billing.new_ref())
        + units.encode()
        + b"}",
    )

    assert billing.read(account).balance >= 0


@clause("debit.never-negative")
@pytest.mark.parametrize("units", ["0.01", "1", "100.50"])
def test_a_user_whom_nobody_has_seen_is_not_charged_below_zero(billing, units):
    stranger = TestAccount(new_user_id(), Decimal(0))

    answers = [billing.debit(stranger, units=units), billing.read(stranger)]

    for answer in answers:
        assert answer.status != 200 or answer.balance >= 0
