"""What the end of a contract test says about its clauses."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis.errors import FlakyFailure

from billing_contract import load_contract
from contract_tests.harness.clauses import NotTestableError
from contract_tests.harness.outcomes import judge
from contract_tests.harness.transport import Ending
from contract_tests.harness.verdicts import Outcome

BUDGET = NotTestableError("it would pass the budget")
CLAUSE = load_contract().clauses["race.linearizable"]


@pytest.mark.parametrize(
    ("overlaps", "outcome"),
    [
        ([1, 1], Outcome.NOT_TESTED),
        ([1, 2], Outcome.HELD),
        ([8, 8], Outcome.HELD),
        ([], Outcome.HELD),
    ],
)
def test_bursts_in_which_nothing_overlapped_prove_nothing(overlaps, outcome):
    ((clause, found, _),) = judge([CLAUSE], None, SimpleNamespace(overlaps=overlaps))

    assert (clause, found) == (CLAUSE, outcome)


class Ended:
    """What pytest knows of a test's end."""

    def __init__(self, value):
        self.value = value


@pytest.mark.parametrize(
    "error",
    [
        FlakyFailure("another end the second time", [BUDGET]),
        ExceptionGroup("two ends", [FlakyFailure("another end", [BUDGET]), BUDGET]),
    ],
)
def test_what_ended_differently_the_second_time_ended_for_its_last_reason(error):
    transport = SimpleNamespace(overlaps=[], last_ending=Ending(BUDGET, ()))

    found = judge([CLAUSE], Ended(error), transport)

    assert {(outcome, reason) for _, outcome, reason in found} == {
        (Outcome.NOT_TESTED, str(BUDGET))
    }
