"""The checker must agree with a search through all orders, whatever the history.

A Hypothesis profile with more examples makes these tests deeper in proportion.
"""

from __future__ import annotations

from hypothesis import event, given, settings

from contract_tests.harness.linearizability import (
    Broken,
    Linearizable,
    judge,
)
from tests.harness.histories import made_up, spoilt, told
from tests.harness.oracle import is_linearizable, replay

many = settings(max_examples=4 * settings.default.max_examples, deadline=None)


@many
@given(told())
def test_what_a_right_account_told_is_linearizable(history):
    operations, opening = history

    verdict = judge(operations, opening=opening)

    assert isinstance(verdict, Linearizable)
    assert replay(operations, verdict, fresh=opening is not None) == []


@many
@given(spoilt())
def test_a_history_changed_in_one_place_is_judged_as_all_orders_judge_it(history):
    operations, opening = history

    verdict = judge(operations, opening=opening)

    event(type(verdict).__name__)
    expected = Linearizable if is_linearizable(operations, opening) else Broken
    assert isinstance(verdict, expected)


@many
@given(made_up())
def test_a_made_up_history_is_judged_as_all_orders_judge_it(history):
    operations, opening = history

    verdict = judge(operations, opening=opening)

    event(type(verdict).__name__)
    expected = Linearizable if is_linearizable(operations, opening) else Broken
    assert isinstance(verdict, expected)


@many
@given(told(max_size=120))
def test_the_order_found_for_a_longer_history_can_be_replayed(history):
    operations, opening = history

    verdict = judge(operations, opening=opening)

    assert isinstance(verdict, Linearizable)
    assert replay(operations, verdict, fresh=opening is not None) == []


@many
@given(spoilt() | made_up())
def test_what_collides_was_asked_and_answered_in_the_history(history):
    operations, opening = history

    verdict = judge(operations, opening=opening)

    claims = verdict.claims if isinstance(verdict, Broken) else ()
    assert all(claim.operation in operations for claim in claims)
