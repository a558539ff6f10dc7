"""The budget: what could be taken counts when it leaves, and only a balance gives it back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing_verify.client.budget import Budget
from billing_verify.client.exchange import Call
from billing_verify.client.keys import NO_KEY
from billing_verify.errors import NotTestableError


@pytest.fixture
def budget():
    counting = Budget(Decimal(2))
    counting.count_account("anna")
    counting.observe("anna", Decimal(100))
    return counting


def debit(units, *, path="debit", user="anna"):
    url = f"http://billing/internal/billing/{path}"
    body = f'{{"user_id": "{user}", "units": {units}}}'.encode()
    return Call(method="POST", url=url, key=NO_KEY, body=body)


@pytest.mark.parametrize("status", [None, 200, 401, 403, 408, 409, 422, 429, 500])
def test_no_status_gives_back_what_was_reserved(budget, status):
    budget.settle(budget.reserve(debit("1.50")), status)

    with pytest.raises(NotTestableError):
        budget.reserve(debit("0.51"))


@pytest.mark.parametrize("status", [401, 403, 408, 409, 422, 429])
def test_a_balance_that_shows_nothing_missing_gives_it_back(budget, status):
    budget.settle(budget.reserve(debit("1.50")), status)
    budget.observe("anna", Decimal(100))

    assert budget.reserve(debit("2")).units == {"anna": 2}


@pytest.mark.parametrize("status", [401, 403, 408, 409, 422, 429])
def test_what_was_taken_for_a_refusal_counts(budget, status):
    budget.settle(budget.reserve(debit("1.50")), status)
    budget.observe("anna", Decimal("98.50"))

    with pytest.raises(NotTestableError, match=r"1\.50 used"):
        budget.reserve(debit("0.51"))
    assert budget.shown == Decimal("1.50")


@pytest.mark.parametrize("status", [None, 500, 504])
def test_what_may_still_be_carried_out_is_not_given_back(budget, status):
    budget.settle(budget.reserve(debit("1.50")), status)
    budget.observe("anna", Decimal(100))

    assert (budget.shown, budget.spent) == (0, Decimal("1.50"))


def test_a_stale_balance_gives_back_no_debit_that_was_made(budget):
    budget.settle(budget.reserve(debit("1.50")), 200)
    budget.observe("anna", Decimal(100))

    assert budget.spent == Decimal("1.50")


def test_a_request_that_was_never_sent_takes_nothing(budget):
    budget.give_back(budget.reserve(debit("1.50")))

    assert budget.spent == 0


def test_checks_count_once_money_is_missing_that_no_debit_took(budget):
    free = budget.reserve(debit("900", path="check"))
    budget.observe("anna", Decimal(99))

    assert free.units == {}
    with pytest.raises(NotTestableError):
        budget.reserve(debit("900", path="check"))


def test_what_is_set_aside_is_for_later_tests(budget):
    budget.set_aside(Decimal("1.50"))

    with pytest.raises(NotTestableError, match=r"1\.50 set aside"):
        budget.reserve(debit("0.51"))


def test_money_of_other_users_does_not_count(budget):
    assert budget.reserve(debit("900", user="boris")).units == {}


@pytest.mark.parametrize("units", ["NaN", "1e400"])
def test_what_cannot_be_counted_is_more_than_any_budget(budget, units):
    with pytest.raises(NotTestableError, match="take any amount") as refused:
        budget.reserve(debit(units))
    assert "E+" not in str(refused.value)
