"""The table of clauses at the end of a run."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

_MARKUP: dict[str, dict[str, bool]] = {
    "kept": {"green": True},
    "broken": {"red": True, "bold": True},
    "weak": {"yellow": True},
    "known": {"yellow": True},
    "not tested": {"cyan": True},
    "error": {"red": True},
}
_REASON_LENGTH = 300
_REASON_LINES = 3


def write_origin(terminal: pytest.TerminalReporter, report: dict[str, Any]) -> None:
    """What judged what, when, and what repeats it."""
    contract = report["contract"]
    terminal.write_line(
        f"suite {report['suite']['version']}, contract {contract['version']} (sha256 {contract['sha256']})"
    )
    terminal.write_line(
        f"{report['target']['url'] or 'no target'}, {report['started']}, profile {report['profile']}, seed {report['seed']}"
    )
    terminal.write_line("")


def write_table(terminal: pytest.TerminalReporter, report: dict[str, Any]) -> None:
    """One line for each clause, the reason under those that are not kept, the verdict last."""
    clauses = report["clauses"]
    for _, area in groupby(clauses, key=lambda clause: clause["id"].partition(".")[0]):
        for clause in area:
            _write_clause(terminal, clause)
        terminal.write_line("")
    for choice, option in {
        **report["observed"],
        **report["observed_otherwise"],
    }.items():
        terminal.write_line(f"{'observed':<10} {choice:<16} {option}")
    verdicts = [clause["verdict"] for clause in clauses]
    counts = ", ".join(
        f"{verdicts.count(verdict)} {verdict}"
        for verdict in _MARKUP
        if verdict in verdicts
    )
    terminal.write_line(f"clauses: {counts}")
    terminal.write_line(
        f"{report['requests']} requests in {report['seconds']} s, {report['spent']} units spent of named accounts; "
        f"repeat with --seed {report['seed']}"
    )
    for note in report["notes"]:
        terminal.write_line(note)
    conforms = report["exit_status"] == 0
    terminal.write_line(report["sentence"], bold=True, green=conforms, red=not conforms)


def _write_clause(terminal: pytest.TerminalReporter, clause: dict[str, Any]) -> None:
    terminal.write(f"{clause['verdict']:<10} ", **_MARKUP[clause["verdict"]])
    terminal.write_line(f"{clause['level']:<6} {clause['id']:<26} {clause['text']}")
    indent = " " * 18
    if clause["known_deviation"]:
        stale = (
            "this deviation no longer happens"
            if clause["verdict"] == "kept"
            else "known deviation"
        )
        terminal.write_line(f"{indent}{stale}: {clause['known_deviation']}")
    for reason in clause["reasons"]:
        for line in reason[:_REASON_LENGTH].splitlines()[:_REASON_LINES]:
            terminal.write_line(f"{indent}{line}")
