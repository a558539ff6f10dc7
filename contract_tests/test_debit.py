"""Debits (clauses debit.*): exactly the units, shown at once, only from the account named."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

from billing_verify.amounts import CENT, WHOLE_RANGE, money
from billing_verify.checks.holdings import holding
from billing_verify.checks.shapes import assert_shape
from billing_verify.clauses import clause
from billing_verify.needs import costs

AMOUNTS = (
    *("0.01", "0.07", "0.02", "0.05", "0.01", "0.03", "0.09", "0.01") * 3,
    *("0.10", "0.25", "0.01"),
)
TENTH = Decimal("0.1")
SPENT = sum(map(Decimal, AMOUNTS))


@clause("debit.shape")
def test_a_debit_tells_the_balance_and_the_transaction(billing, funded):
    account = funded()

    response = billing.debit(account)

    assert_shape(response, "DebitResult")


@costs(1)
@clause("debit.shape")
@pytest.mark.parametrize("left", WHOLE_RANGE)
def test_a_debit_tells_every_balance(billing, limited, left):
    account = limited(balance=billing.unit + Decimal(left), units=CENT)

    response = billing.debit(account)

    assert_shape(billing.require_status(response, 200), "DebitResult")


@costs(lambda units: Decimal(units) * 100)
@clause("debit.exact")
@pytest.mark.parametrize("units", ["0.01", "0.10", "0.29", "1"])
def test_the_new_balance_is_the_old_less_the_units(billing, funded, units):
    account = funded(units=units)

    debited = billing.debit_ok(account, units=units)

    assert debited.balance == money(account.opening - Decimal(units))
    assert billing.balance(account) == money(debited.balance)


@costs(SPENT * 100)
@clause("debit.exact")
def test_many_debits_add_up(billing, funded):
    account = funded(units=SPENT)

    balances = [billing.debit_ok(account, units=units).balance for units in AMOUNTS]

    spent = itertools.accumulate(map(Decimal, AMOUNTS))
    assert balances == [money(account.opening - so_far) for so_far in spent]


@costs(lambda units: Decimal(units) % TENTH * 100)
@clause("debit.exact")
@pytest.mark.parametrize(
    ("balance", "units"),
    [
        ("1000000.00", "999.99"),
        ("7421.37", "0.01"),
        ("12345.67", "0.01"),
        ("99999.99", "333.33"),
    ],
)
def test_large_amounts_are_exact_too(billing, limited, balance, units):
    cents = Decimal(units) % TENTH
    # No more than cents are taken of an account of the operator.
    spent = cents if billing.unit == CENT else Decimal(units)
    account = limited(balance=balance, units=cents)

    debited = billing.debit_ok(account, units=spent)

    assert debited.balance == money(account.opening - spent)


@clause("debit.decimal")
def test_a_tenth_three_times_empties_three_tenths(billing, opened):
    account = opened(balance="0.3")

    responses = [billing.debit(account, units="0.1") for _ in range(3)]

    assert [response.status for response in responses] == [200, 200, 200]
    assert responses[-1].balance == 0


@costs(40)
@clause("debit.decimal")
def test_balances_have_the_decimals_of_money(billing, funded):
    account = funded(units="0.40")

    balances = [billing.debit_ok(account, units="0.1").balance for _ in range(4)]

    assert balances == [balance.quantize(CENT) for balance in balances]


@clause("debit.decimal")
@pytest.mark.parametrize(
    ("balance", "first"),
    [("0.80", "0.10"), ("1.10", "0.40"), ("4.35", "1.15"), ("8.21", "0.01")],
)
def test_the_remainder_can_be_spent(billing, opened, balance, first):
    account = opened(balance=balance)
    billing.debit_ok(account, units=first)

    rest = billing.debit(account, units=Decimal(balance) - Decimal(first))

    assert rest.status == 200
    assert rest.balance == 0


@clause("debit.visible")
def test_a_debit_shows_at_once(billing, funded):
    account = funded()
    billing.read(account)
    billing.check(account, units=billing.unit)

    billing.debit_ok(account)
    read, check = billing.read(account), billing.check(account, units=billing.unit)

    assert read.balance == money(account.opening - billing.unit)
    assert check.balance == money(account.opening - billing.unit)


@clause("debit.visible")
def test_a_debit_shows_in_a_check_that_no_reading_precedes(billing, funded):
    account = funded()
    billing.read(account)

    billing.debit_ok(account)
    check = billing.check(account, units=billing.unit)

    assert check.balance == money(account.opening - billing.unit)


@costs(5)
@clause("debit.visible")
def test_every_debit_of_a_row_shows_at_once(billing, funded):
    account = funded()

    rows = [
        (
            billing.debit_ok(account),
            billing.read(account),
            billing.check(account, units=billing.unit),
        )
        for _ in range(5)
    ]

    left = [money(account.opening - billing.unit * made) for made in range(1, 6)]
    assert [read.balance for _, read, _ in rows] == left
    assert [check.balance for _, _, check in rows] == left


@costs(lambda balance: 2 + (100 if balance == 5 else 0))
@clause("debit.isolated")
@pytest.mark.parametrize(
    "balance", [5, 7], ids=["of equal balances", "of different balances"]
)
def test_nobody_else_pays(billing, pair, balance):
    payer, other = pair(5, balance)

    billing.debit_ok(payer, units=billing.unit * 2)

    assert billing.balance(other) == money(other.opening)
    assert billing.balance(payer) < payer.opening


@clause("debit.isolated")
def test_a_user_whose_id_differs_in_the_last_digit_does_not_pay(
    billing, funded, similar
):
    payer = funded()
    other = similar(payer)
    before = holding(billing, other)

    billing.debit_ok(payer, units=billing.unit * 2)

    assert holding(billing, other) == before
    assert billing.balance(payer) < payer.opening


@costs(20)
@clause("debit.tx-unique")
def test_every_debit_has_a_transaction_of_its_own(billing, funded):
    account = funded(units=billing.unit * 20)

    tx_ids = [billing.debit_ok(account).tx_id for _ in range(20)]

    assert len(set(tx_ids)) == len(tx_ids)


@costs(4)
@clause("debit.tx-unique")
def test_two_users_never_share_a_transaction(billing, pair):
    one, other = pair(5, 6)

    tx_ids = [billing.debit_ok(account).tx_id for account in (one, other, one, other)]

    assert len(set(tx_ids)) == len(tx_ids)
