"""Tells what is being tested while a run goes on: on a terminal a line that moves, in a log a line now and then."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from billing_verify.clauses import clauses_of
from billing_verify.report.brief import WIDTH, shortened

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = 10.0  # between two lines of a log


class Progress:
    """A pytest plugin that tells which clauses are tested, how many tests are done, and how long it took so far.

    It looks at the clock when a test starts and when it ends, so a log has no line while one test
    runs for longer. `clock` returns seconds.
    """

    def __init__(
        self,
        terminal: pytest.TerminalReporter,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._terminal = terminal
        self._clock = clock
        # A method in newer versions of pytest, whose truth is still its value.
        self._moves = bool(terminal.isatty)
        self._started = self._told = clock()
        self._clauses: dict[str, str] = {}
        self._done = self._total = 0
        self._is_shown = False

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note the clauses of each test, and how many tests there are."""
        self._total = len(session.items)
        self._clauses = {
            item.nodeid: ", ".join(each.id for each in clauses_of(item))
            or item.name.removeprefix("test_").replace("_", " ")
            for item in session.items
        }

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Write which test starts."""
        self._tell(nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Count a test that has ended."""
        self._done += 1
        self._tell(nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Take the moving line away."""
        if self._is_shown:
            self._terminal.rewrite("", erase=True)
            self._terminal.rewrite("")
            self._is_shown = False

    def _tell(self, nodeid: str) -> None:
        now = self._clock()
        text = (
            f"{self._done} of {self._total} tests, {now - self._started:.0f} s: "
            f"testing {self._clauses.get(nodeid, nodeid)}"
        )
        if self._moves:
            self._terminal.rewrite(shortened(text, WIDTH - 1), erase=True)
            self._terminal.flush()
            self._is_shown = True
        elif now - self._told >= _SECONDS:
            self._told = now
            self._terminal.write_line(shortened(text, WIDTH))
            self._terminal.flush()
