"""Reading a balance (clauses balance.*): its amount, its plan, and that a reading changes nothing."""

from __future__ import annotations

import re

import pytest

from billing_verify.amounts import CENT, WHOLE_RANGE, money
from billing_verify.checks.shapes import assert_shape
from billing_verify.clauses import clause
from billing_verify.errors import PremiseError
from billing_verify.needs import costs

PLAN = {
    "plan_code": "base750",
    "expires_at": "2035-07-31T10:00:00Z",
    "status": "active",
}
# A date-time of RFC 3339, which has a zone and lets T and Z be small letters.
DATE_TIME = re.compile(
    r"\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])[T ]"
    r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.IGNORECASE | re.ASCII,
)


def expiry_of(response):
    """Return when the plan of an answer ends, as the service tells it; None where it tells no text."""
    plan = response.json.get("plan")
    told = plan.get("expires_at") if isinstance(plan, dict) else None
    return told if isinstance(told, str) else None


def expiry_told(response):
    """Return when the plan of an answer ends. Raises PremiseError where the answer does not tell it as a text."""
    told = expiry_of(response)
    if told is None:
        raise PremiseError(f"no end of a plan is told: {response.shown_body}")
    return told


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
    told = (response.json.get("plan") or {}).get("plan_code")
    assert told is not None
    # Nobody but the service knows on which plan an account of the operator is.
    assert told == (account.plan_code or told)


@clause("balance.shape")
def test_reading_tells_an_empty_balance(billing, empty):
    account = empty()

    response = billing.read(account)

    assert_shape(response, "BalanceResult")
    assert response.balance == money(0)


@costs(0)
@clause("balance.shape")
@pytest.mark.parametrize("balance", WHOLE_RANGE)
def test_reading_tells_every_balance(billing, limited, balance):
    account = limited(balance=balance, units=CENT)

    response = billing.read(account)

    assert_shape(response, "BalanceResult")
    assert response.balance == money(account.opening)


@clause("balance.expiry")
def test_the_end_of_a_plan_is_a_moment_with_a_zone(billing, planned):
    account = planned(PLAN)

    told = expiry_told(billing.require_status(billing.read(account), 200))

    assert DATE_TIME.fullmatch(told)


@costs(0)
@clause("balance.expiry")
def test_the_end_of_a_plan_is_a_moment_with_a_zone_where_any_is_told(billing, funded):
    account = funded()

    told = expiry_of(billing.require_status(billing.read(account), 200))

    assert told is None or DATE_TIME.fullmatch(told)


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
