"""Debits (clauses debit.*): exactly the units, never more than the balance, only from the account named."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

from billing_verify.amounts import CENT, money
from billing_verify.checks.shapes import assert_shape
from billing_verify.clauses import clause

AMOUNTS = (
    "0.01",
    "0.10",
    "0.25",
    "0.07",
    "0.33",
    "0.01",
    "0.19",
    "0.99",
    "0.05",
    "0.50",
) * 5


@clause("debit.shape")
def test_a_debit_tells_the_balance_and_the_transaction(billing, funded):
    account = funded()

    response = billing.debit(account)

    assert_shape(response, "DebitResult")


@clause("debit.exact")
@pytest.mark.parametrize("units", ["0.01", "0.10", "0.29", "0.57", "1", "1.05", "2.0"])
def test_the_new_balance_is_the_old_less_the_units(billing, funded, units):
    account = funded(units=units)

    debited = billing.debit_ok(account, units=units)

    assert debited.balance == money(account.opening - Decimal(units))
    assert billing.balance(account) == money(debited.balance)


@clause("debit.exact")
def test_many_debits_add_up(billing, funded):
    account = funded(units=sum(map(Decimal, AMOUNTS)))

    balances = [billing.debit_ok(account, units=units).balance for units in AMOUNTS]

    spent = itertools.accumulate(map(Decimal, AMOUNTS))
    assert balances == [money(account.opening - so_far) for so_far in spent]


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
def test_large_amounts_are_exact_too(billing, opened, balance, units):
    account = opened(balance=balance)

    debited = billing.debit_ok(account, units=units)

    assert debited.balance == money(Decimal(balance) - Decimal(units))


@clause("debit.decimal")
def test_a_tenth_three_times_empties_three_tenths(billing, opened):
    account = opened(balance="0.3")

    responses = [billing.debit(account, units="0.1") for _ in range(3)]

    assert [response.status for response in responses] == [200, 200, 200]
    assert responses[-1].balance == 0


@clause("debit.decimal")
def test_balances_have_the_decimals_of_money(billing, funded):
    account = funded(units="1.50")

    balances = [billing.debit_ok(account, units="0.1").balance for _ in range(10)]

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


@clause("debit.insufficient")
@pytest.mark.parametrize("excess", ["0.01", "0.50", "900"])
def test_more_than_the_balance_is_refused_and_charges_nothing(billing, funded, excess):
    account = funded(units="0.50")

    response = billing.debit(account, units=billing.more_than_balance(account, excess))

    assert response.status == 403
    assert billing.balance(account) == money(account.opening)


@clause("debit.insufficient")
def test_an_empty_account_pays_nothing(billing, opened):
    account = opened(balance=0)

    response = billing.debit(account, units=1)

    assert (response.status, billing.balance(account)) == (403, money(0))


@clause("debit.insufficient")
def test_what_is_left_after_a_debit_decides(billing, opened):
    account = opened(balance=10)
    billing.debit_ok(account, units=6)

    response = billing.debit(account, units=5)

    assert (response.status, billing.balance(account)) == (403, money(4))


@clause("debit.whole-balance")
@pytest.mark.parametrize("balance", ["0.01", "1.25", "3", "742.0"])
def test_the_whole_balance_can_be_spent(billing, opened, balance):
    account = opened(balance=balance)

    response = billing.debit(account, units=balance)

    assert response.status == 200
    assert response.balance == money("0")
    assert billing.balance(account) == money("0")


@clause("debit.shape")
def test_the_debit_that_empties_an_account_tells_as_much(billing, opened):
    account = opened(balance=3)

    response = billing.debit(account, units=3)

    assert_shape(billing.require_status(response, 200), "DebitResult")


@clause("debit.never-negative")
@pytest.mark.parametrize("units", ["3.34", "4", "6", "10", "10.01", "10.50", "11"])
def test_debits_stop_above_zero(billing, opened, units):
    account = opened(balance=10)

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
def test_odd_numbers_take_no_account_below_zero(billing, opened, units):
    account = opened(balance=5)
    template = b'{"user_id": "%s", "ref": "%s", "reason": "odd", "units": '

    billing.request(
        "debitBalance",
        billing.fill_template(template, account, billing.new_ref())
        + units.encode()
        + b"}",
    )

    assert billing.read(account).balance >= 0


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


@clause("debit.isolated")
@pytest.mark.parametrize(
    "balance", [5, 7], ids=["of equal balances", "of different balances"]
)
def test_nobody_else_pays(billing, opened, balance):
    payer, other = opened(balance=5), opened(balance=balance)

    billing.debit_ok(payer, units=2)

    assert billing.balance(other) == money(balance)
    assert billing.balance(payer) < payer.opening


@clause("debit.isolated")
def test_a_user_whose_id_differs_in_the_last_digit_does_not_pay(billing, opened):
    payer = opened(balance=5)
    similar = opened(balance=7, similar_to=payer)

    billing.debit_ok(payer, units=2)

    assert billing.balance(similar) == money(7)
    assert billing.balance(payer) < payer.opening


@clause("debit.tx-unique")
def test_every_debit_has_a_transaction_of_its_own(billing, funded):
    account = funded(units=billing.unit * 30)

    tx_ids = [billing.debit_ok(account).tx_id for _ in range(30)]

    assert len(set(tx_ids)) == len(tx_ids)


@clause("debit.tx-unique")
def test_two_users_never_share_a_transaction(billing, opened):
    one, other = opened(balance=5), opened(balance=5)

    tx_ids = [billing.debit_ok(account).tx_id for account in (one, other, one, other)]

    assert len(set(tx_ids)) == len(tx_ids)
