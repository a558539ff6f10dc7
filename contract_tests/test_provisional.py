"""Provisional operations (clauses credit.* and plan.*): credit and plan/apply, which the document only names.

They are tested with --provisional only.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing_verify.amounts import CENT, money
from billing_verify.checks.shapes import assert_shape
from billing_verify.clauses import clause
from billing_verify.client.burst import burst, rounds_at_once
from billing_verify.client.keys import WRONG_KEY


@clause("credit.exact")
@pytest.mark.parametrize("units", ["0.01", "0.10", "12.34", "100"])
def test_a_credit_raises_the_balance_by_its_units(billing, spare, units):
    account = spare(balance="1.00")

    response = billing.request(
        "creditBalance", billing.debit_fields(account, units=units)
    )

    assert_shape(response, "CreditResult")
    assert response.balance == money(account.opening + Decimal(units))
    assert billing.balance(account) == money(response.balance)


@clause("credit.exact")
def test_what_was_credited_can_be_spent(billing, spare):
    account = spare(balance="0")
    billing.require_status(
        billing.request("creditBalance", billing.debit_fields(account, units="0.50")),
        200,
    )

    spent = billing.debit(account, units="0.50")

    assert (spent.status, spent.balance) == (200, money(account.opening))


@clause("credit.duplicate")
def test_a_used_ref_credits_nothing(billing, spare):
    account = spare(balance="1.00")
    fields = billing.debit_fields(account, units="0.25")
    first = billing.require_status(billing.request("creditBalance", fields), 200)

    again = billing.request("creditBalance", fields)

    assert again.status == 409
    assert billing.balance(account) == money(first.balance)


@clause("credit.invalid")
@pytest.mark.parametrize(
    "change",
    [{"units": Decimal(-1)}, {"units": None}, {"units": "1"}, {"ref": None}],
    ids=str,
)
def test_a_wrong_credit_moves_nothing(billing, spare, change):
    account = spare(balance="1.00")

    response = billing.request(
        "creditBalance", {**billing.debit_fields(account), **change}
    )

    assert (response.status, billing.balance(account)) == (422, money(account.opening))


@clause("credit.invalid")
@pytest.mark.parametrize("missing", ["user_id", "units", "ref", "reason"])
def test_a_credit_without_a_required_field_moves_nothing(billing, spare, missing):
    account = spare(balance="1.00")
    fields = billing.debit_fields(account)
    del fields[missing]

    response = billing.request("creditBalance", fields)

    assert (response.status, billing.balance(account)) == (422, money(account.opening))


@clause("credit.duplicate")
def test_one_ref_sent_many_times_at_once_is_credited_once(billing, spare, profile):
    for _ in rounds_at_once(billing, profile.rounds):
        account = spare(balance=1)
        call = billing.call("creditBalance", billing.debit_fields(account, units=1))

        sent = burst(billing, account, [call] * profile.burst)

        assert sent.statuses() == [200] + [409] * (profile.burst - 1)
        assert billing.balance(account) == money(account.opening + sent.units_made())


@clause("credit.exact")
def test_credits_at_once_all_count(billing, spare, profile):
    for _ in rounds_at_once(billing, profile.rounds):
        account = spare(balance=1)
        calls = [
            billing.call("creditBalance", billing.debit_fields(account, units=1))
            for _ in range(profile.burst)
        ]

        sent = burst(billing, account, calls)

        assert billing.balance(account) == money(account.opening + sent.units_made())


@clause("credit.wrong-key")
def test_a_credit_with_a_wrong_key_moves_nothing(billing, spare):
    account = spare(balance="1.00")

    response = billing.request(
        "creditBalance", billing.debit_fields(account), key=WRONG_KEY
    )

    assert (response.status, billing.balance(account)) == (401, money(account.opening))


@clause("credit.wrong-key")
def test_a_plan_applied_with_a_wrong_key_moves_nothing(billing, spare, plan_id):
    account = spare(balance="1.00")

    response = billing.request(
        "applyPlan", {"user_id": account.user_id, "plan_id": plan_id}, key=WRONG_KEY
    )

    assert (response.status, billing.balance(account)) == (401, money(account.opening))


@clause("plan.applied")
def test_an_applied_plan_shows(billing, spare, plan_id):
    account = spare(balance="1.00")

    applied = billing.request(
        "applyPlan", {"user_id": account.user_id, "plan_id": plan_id}
    )
    read, check = billing.read(account), billing.check(account, units=CENT)

    assert_shape(applied, "ApplyPlanResult")
    assert applied.json["plan_id"] == plan_id
    assert read.balance == money(applied.json["new_balance"])
    assert check.balance == money(applied.json["new_balance"])


@clause("plan.not-found")
def test_a_plan_that_does_not_exist_is_not_found(billing, spare):
    account = spare(balance="1.00")

    response = billing.request(
        "applyPlan", {"user_id": account.user_id, "plan_id": "no-such-plan-4c1d"}
    )

    assert (response.status, billing.balance(account)) == (404, money(account.opening))
