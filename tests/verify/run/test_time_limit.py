"""The end of a run ends generated tests in the middle, and what they found before that counts."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from billing_contract import load_contract
from billing_verify.client.trace import Trace
from billing_verify.errors import TimeUpError
from billing_verify.results.outcomes import classify
from billing_verify.results.verdicts import Outcome

TIME_UP = TimeUpError("the time was up (--max-time 30)")
CLAUSE = load_contract().clauses["schema.responses"]
ONCE_EACH = settings(database=None, deadline=None, max_examples=100)


class Client:
    """A client whose requests reach the end of the run after `left` of them."""

    def __init__(self, left):
        self.left = left
        self.asked = 0

    def send(self):
        self.asked += 1
        if self.asked > self.left:
            raise TIME_UP


def test_a_generated_test_ends_with_the_first_request_after_the_end():
    client = Client(left=5)

    @ONCE_EACH
    @given(st.integers())
    def generated(_number):
        client.send()

    with pytest.raises(TimeUpError):
        generated()

    assert client.asked == 6


def test_a_state_machine_ends_with_the_first_request_after_the_end():
    client = Client(left=20)

    class Machine(RuleBasedStateMachine):
        @rule(number=st.integers())
        def ask(self, number):
            client.send()

    with pytest.raises(TimeUpError):
        run_state_machine_as_test(Machine, settings=ONCE_EACH)

    assert client.asked == 21


def test_an_example_that_failed_before_the_end_breaks_its_clause():
    client, trace = Client(left=10), Trace()

    @ONCE_EACH
    @given(st.integers())
    def generated(number):
        client.send()
        error = AssertionError("it charged twice")
        trace.end(error)
        raise error

    with pytest.raises(TimeUpError) as ended:
        generated()
    (found,) = classify([CLAUSE], ended, SimpleNamespace(overlaps=[], trace=trace))

    assert (found.outcome, found.reason) == (Outcome.FAILED, "it charged twice")
