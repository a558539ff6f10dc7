"""Outcomes of what was found beside a test's own question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_contract import load_contract
from billing_verify.results.outcomes import (
    ClauseOutcome,
    FailureCause,
    outcomes_of_cause,
)
from billing_verify.results.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_verify.config.options import Options
    from billing_verify.errors import ClauseBrokenError


def add_findings(
    outcomes: Sequence[ClauseOutcome],
    findings: Sequence[ClauseBrokenError],
    options: Options,
) -> list[ClauseOutcome]:
    """Return the outcomes with those of what was found beside the test's own question.

    Left out is what the run is not to check, and what the test itself has broken.
    """
    broken = {each.clause.id for each in outcomes if each.outcome is Outcome.FAILED}
    clauses = load_contract().clauses
    return [
        *outcomes,
        *(
            found
            for error in findings
            if error.clause_id not in broken and options.wants(clauses[error.clause_id])
            for found in outcomes_of_cause(
                (), FailureCause(error, unsteady=False, comparison=error.comparison)
            )
        ),
    ]


def outcomes_of_unsettled(
    reasons: Sequence[str], options: Options
) -> list[ClauseOutcome]:
    """Return that not all of ref.lost-response was tested, where a debit without an answer stayed in doubt."""
    clause = load_contract().clauses["ref.lost-response"]
    if not options.wants(clause):
        return []
    return [ClauseOutcome(clause, Outcome.NOT_TESTED, reason) for reason in reasons]
