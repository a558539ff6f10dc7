"""The table of clauses at the end of a run."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from contract_tests.harness.verdicts import ClauseRecord, Exit, Verdict, Verdicts

if TYPE_CHECKING:
    import pytest

_MARKUP = {
    Verdict.KEPT: {"green": True},
    Verdict.BROKEN: {"red": True, "bold": True},
    Verdict.WEAK: {"yellow": True},
    Verdict.NOT_TESTED: {"cyan": True},
    Verdict.ERROR: {"red": True},
}
_REASON_LENGTH = 300


def write_table(
    terminal: pytest.TerminalReporter, verdicts: Verdicts, *, strict: bool
) -> None:
    """One line for each clause, the reason under those that are not kept, the verdict last."""
    for _, records in groupby(
        verdicts.records.values(), key=lambda record: record.clause.area
    ):
        for record in records:
            _write_record(terminal, record)
        terminal.write_line("")
    counts = ", ".join(
        f"{verdicts.count(verdict)} {verdict}"
        for verdict in Verdict
        if verdicts.count(verdict)
    )
    terminal.write_line(f"clauses: {counts}")
    conforms = verdicts.exit_status(strict=strict) is Exit.CONFORMS
    terminal.write_line(
        verdicts.sentence(strict=strict), bold=True, green=conforms, red=not conforms
    )


def _write_record(terminal: pytest.TerminalReporter, record: ClauseRecord) -> None:
    clause = record.clause
    terminal.write(f"{record.verdict:<10} ", **_MARKUP[record.verdict])
    terminal.write_line(f"{clause.level:<6} {clause.id:<26} {clause.text}")
    for reason in record.reasons:
        lines = reason[:_REASON_LENGTH].splitlines() or [""]
        terminal.write_line(f"{'':<18}{lines[0]}")
        for line in lines[1:3]:
            terminal.write_line(f"{'':<18}{line}")
