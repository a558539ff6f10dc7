"""What a run prints: the failures of a test, and the table of clauses at the end."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from billing_verify.errors import ClauseBrokenError
from billing_verify.printable import make_visible
from billing_verify.report.summary import summarize
from billing_verify.results.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from billing_verify.results.failures import Failure, RecordedExchange
    from billing_verify.results.outcomes import ClauseOutcome

_MARKUP: dict[str, dict[str, bool]] = {
    "kept": {"green": True},
    "broken": {"red": True, "bold": True},
    "weak": {"yellow": True},
    "known": {"yellow": True},
    "in part": {"cyan": True},
    "not tested": {"cyan": True},
    "error": {"red": True},
}
_REASON_LENGTH = 300
_REASON_LINES = 3
_SHOWN_REASONS = 8


def format_failure(failure: Failure) -> str:
    """Return a failure as text for the terminal."""
    left_out = failure.calls_left_out
    calls = ", ".join(failure.calls)
    lines = [
        f"state   {failure.state}",
        f"calls   {f'({left_out} earlier ones), ' if left_out else ''}{calls}",
        f"claim   {failure.claim}",
    ]
    if failure.expected:
        lines += [f"expected {failure.expected}", f"actual   {failure.actual}"]
    if failure.timeline_text:
        lines += ["", failure.timeline_text]
    for exchange in failure.exchanges:
        lines += ["", exchange.curl, f"  -> {_format_answer(exchange)}"]
        lines += [f"  {exchange.origin}"] if exchange.origin else []
    return "\n".join(lines)


def format_short(
    error: BaseException,
    outcomes: Sequence[ClauseOutcome],
    failures: Sequence[Failure],
) -> str | None:
    """Return a line for each failure, to print in place of a traceback; None where that is needed.

    It is not needed for an error that names its clause, or for a group of errors, as a traceback
    would only lead into the suite and into Hypothesis.
    """
    if not isinstance(error, ClauseBrokenError | BaseExceptionGroup):
        return None
    if not failures or any(each.outcome is Outcome.ERROR for each in outcomes):
        return None
    return "\n".join(
        f"{', '.join(failure.clauses)}: {failure.message}" for failure in failures
    )


def write_provenance(
    terminal: pytest.TerminalReporter, report: dict[str, Any], *, brief: bool
) -> None:
    """Print the versions of suite and contract, the target, and the time, profile and seed of the run."""
    contract, target = report["contract"], report["target"]["url"] or "no target"
    digest = "" if brief else f" (sha256 {contract['sha256']})"
    terminal.write_line(
        f"suite {report['suite']['version']}, contract {contract['version']}{digest}, {report['started']}"
    )
    terminal.write_line(f"{target}, profile {report['profile']}, seed {report['seed']}")
    terminal.write_line("")


def write_summary(
    terminal: pytest.TerminalReporter, report: dict[str, Any], written: Sequence[str]
) -> None:
    """Print the causes of what is broken, and the verdict last."""
    for line in summarize(report, written):
        terminal.write_line(line.text, **line.markup)


def write_table(terminal: pytest.TerminalReporter, report: dict[str, Any]) -> None:
    """Print a line for each clause, with the reasons where it is not kept, and what was observed."""
    clauses = report["clauses"]
    for _, area in groupby(clauses, key=lambda clause: clause["id"].partition(".")[0]):
        for clause in area:
            _write_clause(terminal, clause)
        terminal.write_line("")
    for choice, option in {
        **report["observed"],
        **report["observed_otherwise"],
    }.items():
        terminal.write_line(make_visible(f"{'observed':<10} {choice:<16} {option}"))
    for text in report["observed_deviations"]:
        terminal.write_line(make_visible(f"{'deviates':<10} {text}"))
    for note in report["notes"]:
        terminal.write_line(make_visible(note))
    _write_untested(terminal, report["untested"])
    terminal.write_line("")


def _write_untested(
    terminal: pytest.TerminalReporter, untested: list[dict[str, Any]]
) -> None:
    """Print why tests that were asked for did not run, with the clauses that miss them."""
    if untested:
        terminal.write_line("Not tested, although asked for:")
    for entry in untested[:_SHOWN_REASONS]:
        tests = "1 test" if entry["tests"] == 1 else f"{entry['tests']} tests"
        reason = entry["reason"].partition("\n")[0][:_REASON_LENGTH]
        terminal.write_line(
            make_visible(f"  {tests} of {', '.join(entry['clauses'])}: {reason}")
        )
    if len(untested) > _SHOWN_REASONS:
        terminal.write_line(f"  and for {len(untested) - _SHOWN_REASONS} more reasons")


def _write_clause(terminal: pytest.TerminalReporter, clause: dict[str, Any]) -> None:
    terminal.write(f"{clause['verdict']:<10} ", **_MARKUP[clause["verdict"]])
    terminal.write_line(f"{clause['level']:<6} {clause['id']:<26} {clause['text']}")
    indent = " " * 18
    if clause["known_deviation"]:
        state = (
            "this deviation no longer happens"
            if clause["verdict"] == "kept"
            else "known deviation"
        )
        terminal.write_line(f"{indent}{state}: {clause['known_deviation']}")
    reasons = clause["reasons"]
    if clause["verdict"] == "in part":
        extent = f"{clause['tests_run']} of {clause['tests']} tests; the others: "
        reasons = [f"{extent}{reasons[0]}", *reasons[1:_SHOWN_REASONS]]
    for reason in reasons:
        for line in make_visible(reason)[:_REASON_LENGTH].splitlines()[:_REASON_LINES]:
            terminal.write_line(f"{indent}{line}")


def _format_answer(exchange: RecordedExchange) -> str:
    answer = exchange.answer
    return (
        f"{answer.status} {answer.body}" if answer else f"no answer: {exchange.failure}"
    )
