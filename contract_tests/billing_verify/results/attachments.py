"""What a test's report carries for the run: outcomes and failures as JSON values.

pytest-xdist sends them from a worker process together with the report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_verify.results.failures import Failure
from billing_verify.results.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from billing_verify.results.outcomes import ClauseOutcome

_OUTCOMES = "billing_outcomes"
_FAILURES = "billing_failures"


def attach(
    report: pytest.TestReport,
    outcomes: Sequence[ClauseOutcome],
    failures: Sequence[Failure],
) -> None:
    """Put the outcomes and failures of a test into its report."""
    report.__dict__[_OUTCOMES] = [
        [each.clause.id, each.outcome.value, each.reason] for each in outcomes
    ]
    report.__dict__[_FAILURES] = [failure.to_json() for failure in failures]


def attached_outcomes(report: pytest.TestReport) -> list[tuple[str, Outcome, str]]:
    """Return the outcomes in a test's report: the id of a clause, how it ended, and the reason."""
    outcomes = report.__dict__.get(_OUTCOMES, ())
    return [
        (clause_id, Outcome(outcome), reason) for clause_id, outcome, reason in outcomes
    ]


def attached_failures(report: pytest.TestReport) -> list[Failure]:
    """Return the failures in a test's report."""
    return list(map(Failure.from_json, report.__dict__.get(_FAILURES, ())))


def attached_json(report: pytest.TestReport) -> dict[str, Any]:
    """Return what is attached to a test's report, by the names that it has there."""
    return {
        name: value
        for name, value in report.__dict__.items()
        if name.startswith("billing_")
    }
