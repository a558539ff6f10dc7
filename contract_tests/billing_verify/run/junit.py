"""The verdicts of the clauses as properties of the JUnit file, whose test cases alone do not tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from _pytest.junitxml import xml_key  # pytest has no public way to the file it writes

from billing_verify.printable import make_visible
from billing_verify.results.records import Verdict
from billing_verify.results.verdicts import Exit

if TYPE_CHECKING:
    from billing_verify.results.records import ClauseRecord
    from billing_verify.results.run_facts import RunFacts
    from billing_verify.run.recorder import Recorder


class JunitProperties:
    """A pytest plugin that adds the verdict of each clause to the JUnit file, where one is written.

    A run without a verdict gets a test case that failed, since CI looks at those alone.
    """

    def __init__(self, recorder: Recorder, facts: RunFacts) -> None:
        self._recorder = recorder
        self._facts = facts

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Add the properties before pytest writes the file."""
        junit = session.config.stash.get(xml_key, None)
        if junit is None:
            return
        self._recorder.add_left_out()
        verdicts = self._recorder.verdicts
        reason = self._facts.could_not_judge
        if not reason and verdicts.exit_status() is Exit.COULD_NOT_JUDGE:
            reason = verdicts.sentence()
        if reason:
            junit.pytest_runtest_logreport(_failed_case(reason))
        junit.add_global_property("verdict", reason or verdicts.sentence())
        for record in verdicts.records.values():
            junit.add_global_property(record.clause.id, _value_of(record))


def _failed_case(reason: str) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid="billing_verify::could_not_judge",
        location=("billing_verify", None, "could_not_judge"),
        keywords={},
        outcome="failed",
        longrepr=make_visible(reason),
        when="call",
    )


def _value_of(record: ClauseRecord) -> str:
    if record.verdict is not Verdict.IN_PART:
        return record.verdict.value
    return (
        f"{record.verdict.value}, {record.number_run} of {record.number_of_tests} tests"
    )
