"""Collects the outcomes of a run, and at its end writes the reports and decides the exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from billing_contract import load_contract
from billing_verify.clauses import clauses_of
from billing_verify.observations import attached_deviations, attached_observation
from billing_verify.report.annotations import annotation_lines
from billing_verify.report.build import build_report
from billing_verify.report.files import write_files
from billing_verify.report.terminal import (
    write_provenance,
    write_summary,
    write_table,
)
from billing_verify.results.attachments import attached_failures, attached_outcomes
from billing_verify.results.records import Outcome
from billing_verify.results.verdicts import Exit, Verdicts
from billing_verify.run.dry_run import describe_plan
from billing_verify.run.fixtures import FACTS, PRINTABLE, TIME_LIMIT
from billing_verify.run.money_planner import PLAN
from billing_verify.run.pytest_options import BRIEF, OPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_verify.config.options import Options
    from billing_verify.results.failures import Failure

_NORMAL_ENDS = {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
_CRASHED = "???"  # where pytest-xdist says in which phase a worker died
_LEFT_OUT = "left out by the selection of tests (-k, -m or --deselect)"


class Recorder:
    """A pytest plugin that holds the verdicts and failures of one run.

    `exit_status` is the exit status once the run has ended with a verdict or found that there is
    none, and None before and where pytest itself failed.
    """

    def __init__(self, config: pytest.Config, options: Options) -> None:
        self._facts = config.stash[FACTS]
        self._time_limit = config.stash[TIME_LIMIT]
        self._stash = config.stash
        self._options = options
        self._other_failures = False
        self._any_outcome = False
        self._failures: list[Failure] = []
        self._left_out: list[tuple[str, str]] = []
        wanted = [
            clause
            for clause in load_contract().clauses.values()
            if options.wants(clause)
        ]
        self.verdicts = Verdicts(
            wanted,
            options.deviations,
            named=options.clauses,
            strict=options.strict,
            accept_untested=options.accept_untested,
        )
        self.exit_status: Exit | None = None
        self._session: pytest.Session | None = None

    def pytest_runtest_setup(self) -> None:
        """Raise TimeUpError when the time of the run is used up."""
        self._time_limit.check()

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Note the tests that are left out: their clauses, where other tests of them run, are in part."""
        self._left_out += [
            (clause.id, item.nodeid)
            for item in items
            if self._options.provisional or not item.get_closest_marker("provisional")
            for clause in clauses_of(item)
        ]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add the outcomes and failures of a test. A failed test without clauses is not a contract test."""
        outcomes = attached_outcomes(report)
        for clause_id, outcome, reason in outcomes:
            self._any_outcome = True
            if clause_id in self.verdicts.records:
                self.verdicts.add(clause_id, outcome, reason, test=report.nodeid)
        self._failures += attached_failures(report)
        self._add_observation(report)
        if report.failed and report.when == _CRASHED:
            self._facts.could_not_judge = f"a worker process ended while it ran {report.nodeid}; run without -n, or again"
        elif report.failed and not outcomes:
            self._other_failures = True

    def _add_observation(self, report: pytest.TestReport) -> None:
        choice_id, option, other = attached_observation(report)
        if choice_id and option is not None:
            self._facts.observed[choice_id] = option
        elif choice_id and other is not None:
            self._facts.observed_otherwise[choice_id] = other
        self._facts.observed_deviations += attached_deviations(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Print what would be done and run no test, where --plan was given."""
        if not self._options.plan:
            return None
        terminal: Any = session.config.pluginmanager.get_plugin("terminalreporter")
        for line in describe_plan(
            session.config.stash[OPTIONS], session.config.stash[PLAN]
        ):
            terminal.write_line(self._stash[PRINTABLE].text(line))
        return True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Set the exit status, where the run had contract tests."""
        self._session = session
        self.add_left_out()
        if self._facts.could_not_judge:
            self.exit_status = Exit.COULD_NOT_JUDGE
        elif self._any_outcome and exitstatus in _NORMAL_ENDS:
            verdict = self.verdicts.exit_status()
            self.exit_status = Exit.BROKEN if self._other_failures else verdict
        if self.exit_status is not None:
            session.exitstatus = self.exit_status
        terminal: Any = session.config.pluginmanager.get_plugin("terminalreporter")
        if exitstatus == pytest.ExitCode.INTERNAL_ERROR and terminal is not None:
            self.pytest_terminal_summary(terminal)  # pytest leaves it out then

    def add_left_out(self) -> None:
        """Let the clauses of tests that were left out, where others of them ran, be in part."""
        for clause_id, test in self._left_out:
            record = self.verdicts.records.get(clause_id)
            if record is not None and record.outcomes:
                self.verdicts.add(clause_id, Outcome.NOT_TESTED, _LEFT_OUT, test=test)
        self._left_out.clear()

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> None:
        """Print the clauses and the verdict, and write the files that were asked for.

        A report that cannot be written is told, and the exit status is then not that of a run that
        conforms: whoever asked for it would go on with an old one.
        """
        if not (self._any_outcome or self._facts.could_not_judge):
            return
        printable = self._stash[PRINTABLE]
        report = printable.value(
            build_report(self._facts, self._options, self.verdicts, self._failures)
        )
        terminalreporter.section("billing contract")
        brief = self._stash.get(BRIEF, False)
        write_provenance(terminalreporter, report, brief=brief)
        if self._facts.could_not_judge:
            terminalreporter.write_line(
                printable.text(f"Could not judge: {self._facts.could_not_judge}"),
                red=True,
            )
        elif not brief:
            write_table(terminalreporter, report)
        files = list(write_files(report, self._options))
        written = [file.line for file in files]
        if self._facts.could_not_judge:
            for line in written:
                terminalreporter.write_line(line)
        else:
            write_summary(terminalreporter, report, written)
        for line in annotation_lines(report) if self._options.annotations else ():
            terminalreporter.write_line(line)
        if any(file.problem for file in files) and self.exit_status is not Exit.BROKEN:
            self._end_without_report(terminalreporter)

    def _end_without_report(self, terminal: pytest.TerminalReporter) -> None:
        self.exit_status = Exit.COULD_NOT_JUDGE
        if self._session is not None:
            self._session.exitstatus = self.exit_status
        terminal.write_line(
            "Exit status 2: a report that was asked for is missing; make room, or name another file",
            red=True,
        )
