"""What the end of a contract test means for its clauses."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis.errors import FlakyFailure, FlakyStrategyDefinition

from billing_contract import load_contract
from billing_verify.client.trace import Trace
from billing_verify.errors import ClauseBrokenError, NotTestableError, TimeUpError
from billing_verify.results.outcomes import (
    ClauseOutcome,
    classify,
    downgrade,
    select_wanted,
)
from billing_verify.results.records import Outcome

BUDGET = NotTestableError("it would pass the budget")
BROKEN = AssertionError("it charged twice")
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
    (found,) = classify([CLAUSE], None, SimpleNamespace(overlaps=overlaps))

    assert (found.clause, found.outcome) == (CLAUSE, outcome)


class Ended:
    """What pytest knows of a test's end."""

    def __init__(self, value):
        self.value = value


def ended(error, last):
    """The outcomes of a test that ended with the error, after an example had ended for the last reason."""
    transport = SimpleNamespace(overlaps=[], trace=Trace())
    transport.trace.end(last)
    return [
        (found.outcome, found.reason)
        for found in classify([CLAUSE], Ended(error), transport)
    ]


@pytest.mark.parametrize(
    "error",
    [
        FlakyFailure("another end the second time", [BUDGET]),
        ExceptionGroup("two ends", [FlakyFailure("another end", [BUDGET]), BUDGET]),
        FlakyStrategyDefinition("drawn otherwise the second time"),
    ],
)
def test_what_ended_differently_the_second_time_ended_for_its_last_reason(error):
    assert ended(error, last=BUDGET) == [(Outcome.NOT_TESTED, str(BUDGET))]


@pytest.mark.parametrize("other", [BUDGET, FlakyStrategyDefinition("drawn otherwise")])
def test_a_claim_that_failed_once_has_failed(other):
    found = ended(FlakyFailure("another end", [BROKEN, other]), last=BUDGET)

    assert found == [
        (Outcome.FAILED, "it charged twice"),
        (Outcome.NOT_TESTED, str(BUDGET)),
    ]


def test_a_claim_that_failed_before_the_time_was_up_has_failed():
    time_up = TimeUpError("the time was up (--max-time 30)")

    assert ended(time_up, last=BROKEN) == [(Outcome.FAILED, "it charged twice")]
    assert ended(time_up, last=BUDGET) == [(Outcome.NOT_TESTED, str(time_up))]


def test_each_failure_of_a_group_counts():
    other = AssertionError("it charged nothing")

    found = ended(
        ExceptionGroup("two", [BROKEN, FlakyFailure("another end", [other])]), BROKEN
    )

    assert found == [
        (Outcome.FAILED, "it charged twice"),
        (Outcome.FAILED, "it charged nothing"),
    ]


def asked(wants=lambda clause: True, **more):
    """The options of a run that asks for the clauses that `wants` says."""
    given = {"deviations": {}, "strict": False, "read_only": False, **more}
    return SimpleNamespace(wants=wants, **given)


@pytest.mark.parametrize("wants", [CLAUSE.__eq__, lambda clause: True])
def test_a_test_that_broke_one_clause_did_not_test_its_others(wants):
    other = ClauseBrokenError("debit.exact", "5 was expected, and 4 came")
    outcomes = classify([CLAUSE], Ended(other))

    *_, found = select_wanted(outcomes, [CLAUSE], asked(wants))

    assert (found.clause, found.outcome) == (CLAUSE, Outcome.NOT_TESTED)
    assert found.reason == "debit.exact broke before: 5 was expected, and 4 came"


@pytest.mark.parametrize(
    ("broken", "options"),
    [
        ("http.json-errors", asked()),
        ("debit.exact", asked(deviations={"debit.exact": "as we know"})),
    ],
)
def test_what_is_tolerated_takes_no_clause_from_a_test(broken, options):
    outcomes = classify([CLAUSE], Ended(ClauseBrokenError(broken, "not so")))

    *_, found = select_wanted(outcomes, [CLAUSE], options)

    assert (found.clause, found.outcome) == (CLAUSE, Outcome.HELD)


def test_a_reading_run_asks_for_no_clause_about_debits():
    outcomes = [ClauseOutcome(CLAUSE, Outcome.NOT_TESTED, "no account")]

    (found,) = select_wanted(outcomes, [CLAUSE], asked(read_only=True))

    assert found.outcome is Outcome.WITHHELD


@pytest.mark.parametrize(
    ("outcomes", "ends"),
    [
        ([Outcome.HELD], "failed"),
        ([Outcome.FAILED], "skipped"),
        ([Outcome.FAILED, Outcome.NOT_TESTED], "skipped"),
        ([Outcome.FAILED, Outcome.ERROR], "failed"),
        ([Outcome.NOT_TESTED], "skipped"),
    ],
)
def test_what_only_a_should_clause_misses_fails_no_test(outcomes, ends):
    should = load_contract().clauses["ref.remembered"]
    report = SimpleNamespace(outcome="failed", location=("test.py", 1, "test"))
    options = SimpleNamespace(deviations={}, strict=False)

    downgrade(report, [ClauseOutcome(should, outcome) for outcome in outcomes], options)

    assert report.outcome == ends
