"""Gathers the verdicts of a run, writes its reports at the end, and decides its exit status."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from billing_contract import load_contract
from billing_verify.errors import NotTestableError
from billing_verify.observations import attached_observation
from billing_verify.report.build import build_report
from billing_verify.report.files import write_files
from billing_verify.report.terminal import write_origin, write_table
from billing_verify.results.outcomes import attached, attached_failures
from billing_verify.results.verdicts import Exit, Verdicts
from billing_verify.run.dry_run import plan
from billing_verify.run.fixtures import FACTS

if TYPE_CHECKING:
    from billing_verify.config.options import Options

_JUDGED_ENDS = {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}


class Recorder:
    """A pytest plugin of its own, so that it can remember."""

    def __init__(self, config: pytest.Config, options: Options) -> None:
        self._facts = config.stash[FACTS]
        self._options = options
        self._other_failures = False
        self._judged_any = False
        self._failures: list[dict[str, Any]] = []
        wanted = [
            clause
            for clause in load_contract().clauses.values()
            if options.wants(clause)
        ]
        self.verdicts = Verdicts(wanted, options.deviations)

    def pytest_runtest_setup(self) -> None:
        """Start nothing more when the time is up."""
        limit = self._options.max_time
        if (
            limit is not None
            and (datetime.now(UTC) - self._facts.started).total_seconds() > limit
        ):
            raise NotTestableError(f"the time was up (--max-time {limit:g})")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the outcomes of a contract test; a failure without clauses is somebody else's."""
        found = attached(report)
        for clause_id, outcome, reason in found:
            self._judged_any = True
            if clause_id in self.verdicts.records:
                self.verdicts.add(clause_id, outcome, reason)
        self._failures += attached_failures(report)
        self._gather_observation(report)
        if report.failed and not found:
            self._other_failures = True

    def _gather_observation(self, report: pytest.TestReport) -> None:
        choice_id, option, other = attached_observation(report)
        if choice_id and option is not None:
            self._facts.observed[choice_id] = option
        elif choice_id and other is not None:
            self._facts.observed_otherwise[choice_id] = other

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """With --plan, tell what would be done and do nothing."""
        if not self._options.plan:
            return None
        terminal: Any = session.config.pluginmanager.get_plugin("terminalreporter")
        for line in plan(self._options, session.items):
            terminal.write_line(line)
        return True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Decide the exit status, where the run was about the contract."""
        if self._facts.could_not_judge:
            session.exitstatus = Exit.COULD_NOT_JUDGE
        elif self._judged_any and exitstatus in _JUDGED_ENDS:
            verdict = self.verdicts.exit_status(strict=self._options.strict)
            session.exitstatus = Exit.BROKEN if self._other_failures else verdict

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> None:
        """Write the clauses and the verdict, and the files that were asked for."""
        if not (self._judged_any or self._facts.could_not_judge):
            return
        report = build_report(self._facts, self._options, self.verdicts, self._failures)
        terminalreporter.section("billing contract")
        write_origin(terminalreporter, report)
        if self._facts.could_not_judge:
            terminalreporter.write_line(
                f"Could not judge: {self._facts.could_not_judge}", red=True
            )
        else:
            write_table(terminalreporter, report)
        for line in write_files(report, self._options):
            terminalreporter.write_line(line)
