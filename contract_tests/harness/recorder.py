"""Gathers the verdicts of a run, writes them at its end, and decides its exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing_contract import load_contract
from contract_tests.harness.fixtures import COULD_NOT_JUDGE
from contract_tests.harness.outcomes import attached
from contract_tests.harness.table import write_table
from contract_tests.harness.verdicts import Exit, Verdicts

if TYPE_CHECKING:
    from contract_tests.harness.options import Options


class Recorder:
    """A pytest plugin of its own, so that it can remember."""

    def __init__(self, config: pytest.Config, options: Options) -> None:
        self._config = config
        self._strict = options.strict
        self._other_failures = False
        clauses = load_contract().clauses.values()
        self.verdicts = Verdicts(clause for clause in clauses if options.wants(clause))
        self.judged_any = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the outcomes of a contract test; a failure without clauses is somebody else's."""
        found = attached(report)
        for clause_id, outcome, reason in found:
            self.judged_any = True
            if clause_id in self.verdicts.records:
                self.verdicts.add(clause_id, outcome, reason)
        if report.failed and not found:
            self._other_failures = True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Decide the exit status, where the run was about the contract."""
        if COULD_NOT_JUDGE in self._config.stash:
            session.exitstatus = Exit.COULD_NOT_JUDGE
        elif self.judged_any and exitstatus in {
            pytest.ExitCode.OK,
            pytest.ExitCode.TESTS_FAILED,
        }:
            verdict = self.verdicts.exit_status(strict=self._strict)
            session.exitstatus = Exit.BROKEN if self._other_failures else verdict

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> None:
        """Write the clauses and the verdict."""
        reason = self._config.stash.get(COULD_NOT_JUDGE, "")
        if reason:
            terminalreporter.section("billing contract")
            terminalreporter.write_line(f"Could not judge: {reason}", red=True)
        elif self.judged_any:
            terminalreporter.section("billing contract")
            write_table(terminalreporter, self.verdicts, strict=self._strict)
