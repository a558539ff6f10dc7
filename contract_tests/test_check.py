"""Checks before a debit (clauses check.*): whether the balance covers the units.

A check answers 200 also where it does not, spends nothing, and has the balance that a reading has.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_verify.amounts import CENT, WHOLE_RANGE, money
from billing_verify.checks.shapes import assert_shape
from billing_verify.clauses import clause
from billing_verify.needs import costs

pytestmark = costs(1, risk=10)


@clause("check.shape")
def test_a_check_tells_that_there_is_enough(billing, funded):
    account = funded()

    response = billing.check(account, units=CENT)

    assert_shape(response, "CheckResult")


@clause("check.shape")
def test_a_check_tells_that_there_is_too_little(billing, funded):
    account = funded()

    response = billing.check(account, units=billing.more_than_balance(account, 1000))

    assert_shape(response, "CheckResult")


@costs(0)
@clause("check.shape")
@pytest.mark.parametrize("balance", WHOLE_RANGE)
def test_a_check_tells_every_balance(billing, limited, balance):
    account = limited(balance=balance, units=CENT)

    response = billing.check(account, units="0.01")

    assert_shape(response, "CheckResult")


@clause("check.verdict")
@pytest.mark.parametrize(
    ("difference", "allowed"),
    [(-CENT, True), (Decimal(0), True), (CENT, False), (Decimal(200), False)],
    ids=str,
)
def test_units_up_to_the_balance_are_allowed(billing, funded, difference, allowed):
    account = funded()

    response = billing.check(
        account, units=billing.more_than_balance(account, difference)
    )

    assert response.allowed == allowed


@clause("check.verdict")
def test_nothing_is_allowed_on_an_empty_account(billing, empty):
    account = empty()

    response = billing.check(account, units="0.01")

    assert (response.allowed, response.balance) == (False, money("0"))


@clause("check.verdict")
@given(units=st.decimals("0.01", "999.99", places=2))
def test_the_verdict_is_the_comparison(billing, funded, units):
    account = funded()
    covered = account.opening >= units

    response = billing.check(account, units=units)

    assert response.allowed == covered


@clause("check.verdict")
def test_the_verdict_follows_the_debits(billing, funded):
    account = funded()
    billing.check(account, units=billing.unit)
    billing.debit_ok(account)
    left = billing.check(account, units=billing.unit).balance

    before, boundary, beyond = (
        billing.check(account, units=left + CENT * cents) for cents in (-1, 0, 1)
    )

    assert (before.allowed, boundary.allowed, beyond.allowed) == (True, True, False)


@clause("check.verdict")
def test_a_question_that_was_asked_before_is_answered_anew(billing, funded):
    account = funded()
    units = billing.more_than_balance(account, 0)
    before = billing.check(account, units=units)
    billing.debit_ok(account)

    after = billing.check(account, units=units)

    assert (before.allowed, after.allowed) == (True, False)


@clause("check.refusal-is-200")
def test_too_little_money_is_an_answer_and_no_error(billing, funded):
    account = funded()

    response = billing.check(account, units=billing.more_than_balance(account, 1))

    assert response.status == 200
    assert response.allowed is False


@costs(3)
@clause("check.spends-nothing")
def test_checks_move_no_balance(billing, funded):
    account = funded()
    billing.debit_ok(account, units=CENT * 3)
    before = billing.balance(account)

    billing.check(account, units=billing.unit * 3)
    billing.check(account, units=billing.unit * 3)
    billing.check(account, units=CENT)

    assert billing.balance(account) == money(before)


@clause("check.spends-nothing")
def test_a_check_of_more_than_there_is_moves_no_balance(billing, funded):
    account = funded()

    billing.check(account, units=billing.more_than_balance(account, 1))

    assert billing.balance(account) == money(account.opening)


@clause("check.agrees")
@costs(lambda units: Decimal(units) * 100)
@pytest.mark.parametrize("units", ["0.01", "0.25", "0.10"])
def test_check_and_balance_tell_the_same(billing, funded, units):
    account = funded()
    billing.debit_ok(account, units=units)

    check, read = billing.check(account, units=units), billing.read(account)

    assert check.balance == money(read.balance)


@clause("check.agrees")
def test_check_and_balance_tell_the_same_when_money_is_short(billing, funded):
    account = funded()
    billing.check(account, units=billing.unit)
    billing.read(account)
    billing.debit_ok(account)

    check, read = (
        billing.check(account, units=billing.more_than_balance(account, 1)),
        billing.read(account),
    )

    assert check.balance == money(read.balance)


@costs(0)
@clause("check.agrees")
@pytest.mark.parametrize("balance", WHOLE_RANGE)
def test_check_and_balance_tell_every_balance_the_same(billing, limited, balance):
    account = limited(balance=balance, units=CENT)

    check, read = billing.check(account, units="0.01"), billing.read(account)

    assert check.balance == money(read.balance)
