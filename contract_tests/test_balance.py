"""Reading a balance (clauses balance.*): its amount, its plan, and that a reading changes nothing."""

from __future__ import annotations

from billing_verify.amounts import CENT, money
from billing_verify.checks.shapes import assert_shape
from billing_verify.clauses import clause

PLAN = {
    "plan_code": "base750",
    "expires_at": "2035-07-31T10:00:00Z",
    "status": "active",
}


@clause("balance.shape")
def test_reading_tells_the_balance(billing, funded):
    account = funded()

    response = billing.read(account)

    assert_shape(response, "BalanceResult")
    assert response.balance == money(account.opening)


@clause("balance.shape")
def test_reading_tells_the_plan_where_there_is_one(billing, planned):
    account = planned(PLAN)

    response = billing.read(account)

    assert_shape(response, "BalanceResult")
    assert (response.json.get("plan") or {}).get("plan_code") == "base750"


@clause("balance.shape")
def test_reading_tells_an_empty_balance(billing, empty):
    account = empty()

    response = billing.read(account)

    assert (response.status, response.balance) == (200, money("0"))


@clause("balance.read-only")
def test_reading_moves_no_balance(billing, funded):
    account = funded()

    billing.read(account)
    billing.read(account)
    billing.read(account)

    assert billing.balance(account) == money(account.opening)


@clause("balance.read-only")
def test_a_used_ref_stays_used_after_a_reading(billing, funded):
    account = funded()
    ref = billing.new_ref()
    billing.debit_ok(account, ref=ref)
    billing.require_status(billing.debit(account, ref=ref), 409)

    billing.read(account)

    assert billing.debit(account, ref=ref).status == 409


@clause("balance.read-only")
def test_reading_rounds_nothing(billing, funded):
    account = funded()
    billing.debit_ok(account, units=CENT)

    billing.read(account)
    billing.debit_ok(account, units=CENT)

    assert billing.balance(account) == money(account.opening - CENT * 2)
