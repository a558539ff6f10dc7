"""The sequential specification: what one account must answer."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing_audit.model import State, allows, charge, debit, step
from tests.audit.operation_builders import charged, duplicate, lost, reading, refused

TEN = State(Decimal(10), frozenset({"used"}))

DEBITS = {
    "less than there is": (2, "new", 200, 8),
    "the whole balance": (10, "new", 200, 0),
    "more than there is": (11, "new", 403, 10),
    "a used ref": (2, "used", 409, 10),
    "a used ref and too much": (11, "used", 409, 10),
    "negative units": (-1, "new", 422, 10),
}


@pytest.mark.parametrize(
    ("units", "ref", "status", "balance"), DEBITS.values(), ids=DEBITS.keys()
)
def test_a_debit_has_one_right_answer(units, ref, status, balance):
    answered, after = debit(TEN, Decimal(units), ref)

    assert answered == status
    assert after.balance == balance
    assert (after == TEN) == (status != 200)


def test_a_debit_uses_up_its_ref():
    _, after = debit(TEN, Decimal(2), "new")

    assert debit(after, Decimal(2), "new") == (409, after)


def test_a_check_allows_what_the_balance_covers():
    assert allows(TEN, Decimal(10))
    assert not allows(TEN, Decimal("10.01"))


def test_an_indefinite_debit_takes_effect_where_a_definite_one_would():
    assert charge(TEN, lost(2, "new", 0)).balance == 8
    assert charge(TEN, lost(11, "new", 0)) is None
    assert charge(TEN, lost(2, "used", 0)) is None


WRONG = {
    "a success that leaves another balance": charged(2, "new", (0, 1), leaves=9),
    "a success of a used ref": charged(2, "used", (0, 1), leaves=8),
    "a refusal of what the balance covers": refused(2, "new", (0, 1)),
    "a duplicate of a new ref": duplicate(2, "new", (0, 1)),
    "another balance": reading(9, (0, 1)),
}


@pytest.mark.parametrize("operation", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_answer_has_no_state_after_it(operation):
    assert step(TEN, operation) is None


def test_a_refusal_for_another_reason_leaves_the_state():
    assert step(TEN, refused(2, "new", (0, 1), status=401)) == TEN


@pytest.mark.parametrize("balance", [-1, -0.01])
def test_a_balance_below_zero_is_never_a_right_answer(balance):
    state = State(Decimal(str(balance)))

    assert step(state, reading(balance, (0, 1))) is None
