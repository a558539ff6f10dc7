"""From the end of a test to outcomes of its clauses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis.errors import Flaky

from billing_contract import Clause, Level, load_contract
from billing_verify.errors import ClauseBrokenError, NotTestableError, PremiseError
from billing_verify.results.comparisons import describe
from billing_verify.results.verdicts import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from billing_verify.client.transport import Transport
    from billing_verify.config.options import Options

_OUTCOMES = "billing_outcomes"
_FAILURES = "billing_failures"
_LEAST_OVERLAP = 2
_NO_OVERLAP = "requests sent at once did not overlap, so that they prove nothing"


@dataclass(frozen=True, slots=True, eq=False)
class FailureCause:
    """A single error for which a test ended; unsteady where the example ended otherwise another time."""

    error: BaseException
    unsteady: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a test has to say about a clause: how, in words, and for which error if any."""

    clause: Clause
    outcome: Outcome
    words: str = ""
    reason: FailureCause | None = None


def judge(
    tested: Sequence[Clause],
    excinfo: pytest.ExceptionInfo[BaseException] | None,
    transport: Transport | None = None,
) -> list[Found]:
    """What the end of a test says about the clauses that it is marked with.

    The overlaps of the transport say whether concurrency was tested at all.
    """
    if excinfo is None:
        if (
            transport
            and transport.overlaps
            and max(transport.overlaps) < _LEAST_OVERLAP
        ):
            return [Found(clause, Outcome.NOT_TESTED, _NO_OVERLAP) for clause in tested]
        return [Found(clause, Outcome.HELD) for clause in tested]
    last = transport.trace.last_reason if transport else None
    reasons = {id(each.error): each for each in _reasons(excinfo.value, last)}
    return [
        found for reason in reasons.values() for found in _of_reason(tested, reason)
    ]


def wanted(
    found: Sequence[Found], tested: Sequence[Clause], options: Options
) -> list[Found]:
    """What is found about the clauses that the run is to judge.

    Where a test that stands for several clauses broke one that nobody asked for, it did not come to
    the others.
    """
    asked = [each for each in found if options.wants(each.clause)]
    if asked or not found:
        return asked
    other = f"{found[0].clause.id} broke before: {found[0].words}"
    return [
        Found(clause, Outcome.NOT_TESTED, other)
        for clause in tested
        if options.wants(clause)
    ]


def downgrade(
    report: pytest.TestReport, found: Sequence[Found], options: Options
) -> None:
    """Let what breaks no must clause not fail the test.

    *Not tested* becomes a skip; *weak* and *known* become expected failures.
    """
    outcomes = {each.outcome for each in found}
    failed = [each.clause for each in found if each.outcome is Outcome.FAILED]
    if outcomes == {Outcome.NOT_TESTED}:
        report.outcome = "skipped"
        report.longrepr = (
            str(report.location[0]),
            report.location[1] or 0,
            f"not tested: {found[0].words}",
        )
    elif (
        failed
        and Outcome.ERROR not in outcomes
        and all(_is_borne(clause, options) for clause in failed)
    ):
        report.outcome = "skipped"
        report.wasxfail = (
            f"weak or known: {', '.join(dict.fromkeys(clause.id for clause in failed))}"
        )


def _is_borne(clause: Clause, options: Options) -> bool:
    return clause.id in options.deviations or (
        clause.level is Level.SHOULD and not options.strict
    )


def attach(
    report: pytest.TestReport, found: Sequence[Found], failures: list[dict[str, Any]]
) -> None:
    """Send the outcomes along with the report, from a worker process too."""
    report.__dict__[_OUTCOMES] = [
        [each.clause.id, each.outcome.value, each.words] for each in found
    ]
    report.__dict__[_FAILURES] = failures


def attached(report: pytest.TestReport) -> list[tuple[str, Outcome, str]]:
    """The outcomes that came along with a report."""
    outcomes = report.__dict__.get(_OUTCOMES, ())
    return [
        (clause_id, Outcome(outcome), reason) for clause_id, outcome, reason in outcomes
    ]


def attached_failures(report: pytest.TestReport) -> list[dict[str, Any]]:
    """The failures that came along with a report."""
    failures: list[dict[str, Any]] = report.__dict__.get(_FAILURES, [])
    return failures


def _of_reason(tested: Sequence[Clause], reason: FailureCause) -> Iterator[Found]:
    error = reason.error
    words = describe(error) or type(error).__name__
    if isinstance(error, ClauseBrokenError):
        clause = load_contract().clauses[error.clause_id]
        yield Found(clause, Outcome.FAILED, words, reason)
        return
    if isinstance(error, PremiseError | NotTestableError | pytest.skip.Exception):
        outcome = Outcome.NOT_TESTED
    elif isinstance(error, AssertionError):
        outcome = Outcome.FAILED
    else:
        outcome, words = Outcome.ERROR, f"{type(error).__name__}: {words}"
    for clause in tested:
        yield Found(clause, outcome, words, reason)


def _reasons(
    error: BaseException, last: Exception | None, *, unsteady: bool = False
) -> Iterator[FailureCause]:
    """The single errors of an error or of a group of them.

    Hypothesis complains where an example ended differently the second time. Where it keeps what came
    up to itself, the last reason that is known stands in.
    """
    unsteady = unsteady or isinstance(error, Flaky)
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _reasons(inner, last, unsteady=unsteady)
    elif isinstance(error, Flaky) and last is not None:
        yield FailureCause(last, unsteady)
    else:
        yield FailureCause(error, unsteady)
