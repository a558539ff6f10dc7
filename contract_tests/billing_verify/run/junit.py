"""The verdicts of the clauses as properties of the JUnit file, whose test cases alone do not tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from _pytest.junitxml import xml_key  # pytest has no public way to the file it writes

from billing_verify.results.records import Verdict

if TYPE_CHECKING:
    from billing_verify.results.records import ClauseRecord
    from billing_verify.run.recorder import Recorder


class JunitProperties:
    """A pytest plugin that adds the verdict of each clause to the JUnit file, where one is written."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Add the properties before pytest writes the file."""
        junit = session.config.stash.get(xml_key, None)
        if junit is None:
            return
        self._recorder.add_left_out()
        verdicts = self._recorder.verdicts
        junit.add_global_property("verdict", verdicts.sentence())
        for record in verdicts.records.values():
            junit.add_global_property(record.clause.id, _value_of(record))


def _value_of(record: ClauseRecord) -> str:
    if record.verdict is not Verdict.IN_PART:
        return record.verdict.value
    return (
        f"{record.verdict.value}, {record.number_run} of {record.number_of_tests} tests"
    )
