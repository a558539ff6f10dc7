"""The checker must agree with a search through all orders, whatever the history.

A Hypothesis profile with more examples makes these tests deeper in proportion.
"""

from __future__ import annotations

from hypothesis import event, given, settings

from billing_audit.checker.check import (
    Broken,
    Linearizable,
    check,
)
from tests.audit.histories import made_up, puzzles, right, spoilt
from tests.audit.oracle import is_linearizable, replay

few = settings(max_examples=2 * settings.default.max_examples, deadline=None)
many = settings(max_examples=4 * settings.default.max_examples, deadline=None)


@many
@given(right())
def test_what_a_right_account_told_is_linearizable(history):
    operations, opening = history

    result = check(operations, opening=opening)

    assert is_linearizable(operations, opening)
    assert isinstance(result, Linearizable)
    assert replay(operations, result, fresh=opening is not None) == []


@few
@given(right(max_size=120))
def test_the_order_found_for_a_longer_history_can_be_replayed(history):
    operations, opening = history

    result = check(operations, opening=opening)

    assert isinstance(result, Linearizable)
    assert replay(operations, result, fresh=opening is not None) == []


@many
@given(spoilt())
def test_a_history_changed_in_one_place_is_judged_as_all_orders_judge_it(history):
    assert_judged_as_all_orders_judge(*history)


@many
@given(made_up())
def test_a_made_up_history_is_judged_as_all_orders_judge_it(history):
    assert_judged_as_all_orders_judge(*history)


@settings(many, max_examples=2 * many.max_examples)
@given(puzzles())
def test_a_puzzle_of_lost_debits_is_judged_as_all_orders_judge_it(history):
    assert_judged_as_all_orders_judge(*history)


def assert_judged_as_all_orders_judge(operations, opening):
    result = check(operations, opening=opening)

    event(type(result).__name__)
    if is_linearizable(operations, opening):
        assert isinstance(result, Linearizable)
        assert replay(operations, result, fresh=opening is not None) == []
    else:
        assert isinstance(result, Broken)
        assert result.claims
        assert all(claim.operation in operations for claim in result.claims)
