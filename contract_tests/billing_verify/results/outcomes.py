"""From the end of a test to outcomes of its clauses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis.errors import Flaky

from billing_contract import Clause, Level, load_contract
from billing_verify.errors import (
    ClauseBrokenError,
    NotApplicableError,
    NotTestableError,
    PremiseError,
    RateLimitedError,
    TimeUpError,
    WithheldError,
)
from billing_verify.results.comparisons import AssertComparisons, describe
from billing_verify.results.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from billing_verify.client.transport import Transport
    from billing_verify.comparison import Comparison
    from billing_verify.config.options import Options

_LEAST_OVERLAP = 2
_NOT_RUN = {Outcome.NOT_TESTED, Outcome.WITHHELD, Outcome.NOT_APPLICABLE}
_NO_OVERLAP = "requests sent at once did not overlap, so that they prove nothing"


@dataclass(frozen=True, slots=True, eq=False)
class FailureCause:
    """One error for which a test ended.

    `unsteady` is true where the same Hypothesis example ended otherwise another time. `comparison`
    is what was expected and what came, None where the error compares nothing.
    """

    error: BaseException
    unsteady: bool
    comparison: Comparison | None = None

    @property
    def description(self) -> str:
        """Return what was expected and what came, or else the message of the error."""
        return describe(self.error, self.comparison) or type(self.error).__name__


@dataclass(frozen=True, slots=True)
class ClauseOutcome:
    """How a test ended for one clause: the reason in words, and the error that is its cause, if any."""

    clause: Clause
    outcome: Outcome
    reason: str = ""
    cause: FailureCause | None = None


def classify(
    clauses: Sequence[Clause],
    excinfo: pytest.ExceptionInfo[BaseException] | None,
    transport: Transport | None = None,
    comparisons: AssertComparisons | None = None,
) -> list[ClauseOutcome]:
    """Return what the end of a test means for the clauses that it is marked with.

    `excinfo` is the error that ended it, None for a test that passed. The overlaps of the transport
    show whether concurrency was tested at all: where no burst overlapped, nothing was.
    """
    if excinfo is None:
        if (
            transport
            and transport.overlaps
            and max(transport.overlaps) < _LEAST_OVERLAP
        ):
            return [
                ClauseOutcome(clause, Outcome.NOT_TESTED, _NO_OVERLAP)
                for clause in clauses
            ]
        return [ClauseOutcome(clause, Outcome.HELD) for clause in clauses]
    trace = transport.trace if transport else None
    comparisons = comparisons or AssertComparisons()
    errors: dict[int, tuple[BaseException, bool]] = {}
    ended_by: BaseException = excinfo.value
    if trace and isinstance(ended_by, TimeUpError | RateLimitedError):
        # An example had failed, and the test was ended while Hypothesis looked for a shorter one.
        ended_by = trace.last_failure or ended_by
    for error, unsteady in _single_errors(
        ended_by, trace.last_reason if trace else None
    ):
        errors[id(error)] = (error, unsteady)
    causes = [
        FailureCause(
            error,
            unsteady,
            comparisons.of(error, trace.until(error).exchanges if trace else ()),
        )
        for error, unsteady in errors.values()
    ]
    return [
        outcome for cause in causes for outcome in outcomes_of_cause(clauses, cause)
    ]


def select_wanted(
    outcomes: Sequence[ClauseOutcome], clauses: Sequence[Clause], options: Options
) -> list[ClauseOutcome]:
    """Return the outcomes of the clauses that the run is to check.

    A test of several clauses that broke one did not come to the end of the others: those are *not
    tested*. One that broke only what is tolerated (a should clause, a known deviation) went on as
    far as such tests do, or else the others could never be kept.
    """
    if options.read_only:
        outcomes = [_withheld_if_a_debit(each) for each in outcomes]
    wanted = [each for each in outcomes if options.wants(each.clause)]
    reached = {each.clause.id for each in outcomes}
    others = [
        clause
        for clause in clauses
        if clause.id not in reached and options.wants(clause)
    ]
    if not outcomes or not others:
        return wanted
    stop = next(
        (each for each in outcomes if not _is_tolerated(each.clause, options)), None
    )
    if stop is None:
        return [*wanted, *(ClauseOutcome(each, Outcome.HELD) for each in others)]
    reason = f"{stop.clause.id} broke before: {stop.reason}"
    return [
        *wanted,
        *(ClauseOutcome(each, Outcome.NOT_TESTED, reason) for each in others),
    ]


def _withheld_if_a_debit(found: ClauseOutcome) -> ClauseOutcome:
    """Return what --read-only makes of an outcome: a clause about debits was then not asked for."""
    if found.outcome is not Outcome.NOT_TESTED or not _is_about_debits(found.clause):
        return found
    return replace(found, outcome=Outcome.WITHHELD)


def _is_about_debits(clause: Clause) -> bool:
    return clause.id.startswith(("debit.", "ref.", "race.", "credit.", "plan.")) or (
        clause.id.endswith(".no-effect")
    )


def downgrade(
    report: pytest.TestReport, outcomes: Sequence[ClauseOutcome], options: Options
) -> None:
    """Let a test not fail where it broke no must clause.

    What did not run becomes a skip; *weak* and *known* become expected failures.
    """
    kinds = {each.outcome for each in outcomes}
    failed = [each.clause for each in outcomes if each.outcome is Outcome.FAILED]
    if kinds and kinds <= _NOT_RUN:
        report.outcome = "skipped"
        report.longrepr = (
            str(report.location[0]),
            report.location[1] or 0,
            f"{outcomes[0].outcome}: {outcomes[0].reason}",
        )
    elif (
        failed
        and Outcome.ERROR not in kinds
        and all(_is_tolerated(clause, options) for clause in failed)
    ):
        report.outcome = "skipped"
        report.wasxfail = (
            f"weak or known: {', '.join(dict.fromkeys(clause.id for clause in failed))}"
        )


def _is_tolerated(clause: Clause, options: Options) -> bool:
    return clause.id in options.deviations or (
        clause.level is Level.SHOULD and not options.strict
    )


def outcomes_of_cause(
    clauses: Sequence[Clause], cause: FailureCause
) -> Iterator[ClauseOutcome]:
    """Yield the outcomes of clauses whose test ended for this cause."""
    error, reason = cause.error, cause.description
    if isinstance(error, ClauseBrokenError):
        clause = load_contract().clauses[error.clause_id]
        yield ClauseOutcome(clause, Outcome.FAILED, reason, cause)
        return
    if isinstance(error, WithheldError):
        outcome = Outcome.WITHHELD
    elif isinstance(error, NotApplicableError):
        outcome = Outcome.NOT_APPLICABLE
    elif isinstance(error, PremiseError | NotTestableError | pytest.skip.Exception):
        outcome = Outcome.NOT_TESTED
    elif isinstance(error, AssertionError):
        outcome = Outcome.FAILED
    else:
        outcome, reason = Outcome.ERROR, f"{type(error).__name__}: {reason}"
    for clause in clauses:
        yield ClauseOutcome(clause, outcome, reason, cause)


def _single_errors(
    error: BaseException, last: Exception | None, *, unsteady: bool = False
) -> Iterator[tuple[BaseException, bool]]:
    """Yield the single errors of an error or of a group, each with whether its example was unsteady.

    Hypothesis raises Flaky where an example ended differently the second time. Where that error
    does not carry the errors of the example, the last one that is known is taken instead.
    """
    unsteady = unsteady or isinstance(error, Flaky)
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _single_errors(inner, last, unsteady=unsteady)
    elif isinstance(error, Flaky) and last is not None:
        yield last, unsteady
    else:
        yield error, unsteady
