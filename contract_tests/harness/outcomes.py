"""From the end of a test to outcomes of its clauses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis.errors import Flaky

from billing_contract import Clause, Level, load_contract
from contract_tests.harness.clauses import (
    ClauseBrokenError,
    NotTestableError,
    PremiseError,
)
from contract_tests.harness.verdicts import Outcome
from contract_tests.harness.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contract_tests.harness.options import Options
    from contract_tests.harness.transport import Transport

Found = tuple[Clause, Outcome, str]
_OUTCOMES = "billing_outcomes"
_FAILURES = "billing_failures"
_LEAST_OVERLAP = 2
_NO_OVERLAP = "requests sent at once did not overlap, so that they prove nothing"


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
            return [(clause, Outcome.NOT_TESTED, _NO_OVERLAP) for clause in tested]
        return [(clause, Outcome.HELD, "") for clause in tested]
    return [
        found
        for reason in reasons(excinfo.value, transport)
        for found in _of_error(tested, reason)
    ]


def soften(report: pytest.TestReport, found: Sequence[Found], options: Options) -> None:
    """Let what breaks no must clause not fail the test.

    *Not tested* becomes a skip; *weak* and *known* become expected failures.
    """
    outcomes = {outcome for _, outcome, _ in found}
    if outcomes == {Outcome.NOT_TESTED}:
        report.outcome = "skipped"
        report.longrepr = (
            str(report.location[0]),
            report.location[1] or 0,
            f"not tested: {found[0][2]}",
        )
    elif outcomes == {Outcome.FAILED} and all(
        _is_borne(clause, options) for clause, _, _ in found
    ):
        report.outcome = "skipped"
        report.wasxfail = f"weak or known: {', '.join(dict.fromkeys(clause.id for clause, _, _ in found))}"


def _is_borne(clause: Clause, options: Options) -> bool:
    return clause.id in options.deviations or (
        clause.level is Level.SHOULD and not options.strict
    )


def attach(
    report: pytest.TestReport, found: Sequence[Found], failure: dict[str, Any] | None
) -> None:
    """Send the outcomes along with the report, from a worker process too."""
    report.__dict__[_OUTCOMES] = [
        [clause.id, outcome.value, reason] for clause, outcome, reason in found
    ]
    report.__dict__[_FAILURES] = [failure] if failure else []


def attached(report: pytest.TestReport) -> list[tuple[str, Outcome, str]]:
    """The outcomes that came along with a report."""
    outcomes = report.__dict__.get(_OUTCOMES, ())
    return [
        (clause_id, Outcome(outcome), reason) for clause_id, outcome, reason in outcomes
    ]


def attached_failure(report: pytest.TestReport) -> list[dict[str, Any]]:
    """The failure that came along with a report, if any."""
    failures: list[dict[str, Any]] = report.__dict__.get(_FAILURES, [])
    return failures


def _of_error(tested: Sequence[Clause], error: BaseException) -> Iterator[Found]:
    reason = in_words(error) or type(error).__name__
    if isinstance(error, ClauseBrokenError):
        yield load_contract().clauses[error.clause_id], Outcome.FAILED, reason
        return
    if isinstance(error, PremiseError | NotTestableError | pytest.skip.Exception):
        outcome = Outcome.NOT_TESTED
    elif isinstance(error, AssertionError):
        outcome = Outcome.FAILED
    else:
        outcome, reason = Outcome.ERROR, f"{type(error).__name__}: {reason}"
    for clause in tested:
        yield clause, outcome, reason


def reasons(error: BaseException, transport: Transport | None) -> list[BaseException]:
    """The single errors of an error or of a group of them, the one that is told of first.

    Where Hypothesis complains that an example ended differently the second time, the reason for which
    it ended before stands in.
    """
    last = transport.last_ending.reason if transport and transport.last_ending else None
    found = list(_leaves(error, last))
    return sorted(found, key=lambda each: each is not last)


def is_unsteady(error: BaseException) -> bool:
    """Whether an example that failed did not fail, or failed otherwise, when it was sent again."""
    if isinstance(error, Flaky):
        return True
    return isinstance(error, BaseExceptionGroup) and any(
        map(is_unsteady, error.exceptions)
    )


def _leaves(
    error: BaseException, last: BaseException | None
) -> Iterator[BaseException]:
    if isinstance(error, Flaky) and last is not None:
        yield last
    elif isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner, last)
    else:
        yield error
