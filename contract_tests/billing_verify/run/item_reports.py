"""What the report of each contract test carries: outcomes, failures, and what may be printed of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from billing_verify.clauses import clauses_of
from billing_verify.observations import attach_observation, observed_choice
from billing_verify.report.terminal import format_failure, format_short
from billing_verify.results.attachments import attach, attached_json
from billing_verify.results.failures import collect_failures
from billing_verify.results.found_beside import add_findings, outcomes_of_unsettled
from billing_verify.results.outcomes import (
    classify,
    downgrade,
    select_wanted,
)
from billing_verify.results.records import Outcome
from billing_verify.run.fixtures import COMPARISONS, PRINTABLE
from billing_verify.run.item_client import client_of
from billing_verify.run.pytest_options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Generator

    from billing_verify.printable import Printable


class ItemReports:
    """A pytest plugin that completes the report of each contract test before anybody else reads it.

    Its wrapper is outside of all others, so that what these add is without secrets as well.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._printed: dict[int, Any] = {}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put the outcomes of a contract test's clauses, and its failures, into its report."""
        report = yield
        choice_id = observed_choice(item)
        if choice_id:
            attach_observation(report, item, choice_id)
        self._complete(report, item, call)
        if choice_id or attached_json(report):
            make_printable(report, self._config.stash[PRINTABLE])
            self._printed = {id(report): report.longrepr}
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_exception_interact(self, report: pytest.TestReport) -> None:
        """Restore what is to be printed, where Schemathesis has replaced it because the error is a group."""
        report.longrepr = self._printed.get(id(report), report.longrepr)

    def _complete(
        self,
        report: pytest.TestReport,
        item: pytest.Item,
        call: pytest.CallInfo[None],
    ) -> None:
        clauses = clauses_of(item)
        client = client_of(item)
        transport = client.transport if client else None
        findings = (
            transport.trace.findings if transport and report.when == "call" else []
        )
        unsettled = (
            transport.trace.unsettled if transport and report.when == "call" else []
        )
        if not (clauses or findings or unsettled) or (
            report.when != "call" and report.passed
        ):
            return
        options = self._config.stash[OPTIONS]
        comparisons = self._config.stash[COMPARISONS]
        outcomes = select_wanted(
            classify(clauses, call.excinfo, transport, comparisons), clauses, options
        )
        outcomes = add_findings(outcomes, findings, options)
        outcomes += outcomes_of_unsettled(unsettled, options)
        if report.passed and any(each.outcome is Outcome.FAILED for each in outcomes):
            report.outcome = "failed"
            report.longrepr = "found beside the test's own question"
        failures = (
            collect_failures(item, outcomes, transport.trace) if transport else []
        )
        if failures:
            error = call.excinfo.value if call.excinfo else findings[0]
            report.longrepr = format_short(error, outcomes, failures) or report.longrepr
        report.sections += [
            ("What happened", format_failure(each)) for each in failures
        ]
        downgrade(report, outcomes, options)
        attach(report, outcomes, failures)


def make_printable(report: pytest.TestReport, printable: Printable) -> None:
    """Take secrets, and characters that act on a terminal, out of all that a report holds.

    A traceback that has none stays as pytest made it, with its colours.
    """
    report.sections = [
        (printable.text(title), printable.text(text)) for title, text in report.sections
    ]
    for name, attached in attached_json(report).items():
        report.__dict__[name] = printable.value(attached)
    if isinstance(report.longrepr, tuple):
        path, line, reason = report.longrepr
        report.longrepr = (path, line, printable.text(reason))
    elif report.longrepr is not None:
        shown = report.longreprtext
        clean = printable.text(shown)
        if isinstance(report.longrepr, str) or clean != shown:
            report.longrepr = clean
