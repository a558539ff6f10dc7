"""While a run goes on it tells what is tested: a line that moves on a terminal, a line now and then in a log."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from _pytest.config import create_terminal_writer

from billing_verify.run.progress import Progress


class Terminal:
    """What a TerminalReporter of pytest does, on a text in memory."""

    def __init__(self, config, *, isatty):
        self.file = io.StringIO()
        self._writer = create_terminal_writer(config, self.file)
        self.isatty = isatty

    def rewrite(self, line, *, erase=False):
        self._writer.write("\r" + line + (" " * (79 - len(line)) if erase else ""))

    def write_line(self, line):
        self._writer.line(line)

    def flush(self):
        self._writer.flush()


@pytest.fixture
def run(pytestconfig):
    """Return a function: a run of tests with these ends in seconds, and what it printed."""

    def printed(*, isatty, ends):
        clock = iter([0.0, *(second for end in ends for second in (end - 1, end))])
        terminal = Terminal(pytestconfig, isatty=isatty)
        progress = Progress(terminal, lambda: next(clock))
        names = [f"test_{number}" for number in range(len(ends))]
        mark = SimpleNamespace(args=("ref.duplicate", "debit.exact"))
        items = [
            SimpleNamespace(nodeid=name, name=name, iter_markers=lambda _: [mark])
            for name in names
        ]
        progress.pytest_collection_finish(SimpleNamespace(items=items))
        for name in names:
            progress.pytest_runtest_logstart(name)
            progress.pytest_runtest_logfinish(name)
        progress.pytest_sessionfinish()
        return terminal.file.getvalue()

    return printed


def test_a_log_has_a_line_for_ten_seconds_and_none_for_less(run):
    assert run(isatty=False, ends=[1, 5, 9]) == ""
    assert run(isatty=False, ends=[4, 11, 19, 30]) == (
        "1 of 4 tests, 10 s: testing ref.duplicate, debit.exact\n"
        "3 of 4 tests, 29 s: testing ref.duplicate, debit.exact\n"
    )


def test_on_a_terminal_one_line_moves_and_is_taken_away(run):
    printed = run(isatty=True, ends=[1, 2])

    lines = printed.split("\r")
    assert "\n" not in printed
    assert lines[1].rstrip() == "0 of 2 tests, 0 s: testing ref.duplicate, debit.exact"
    assert lines[-3].startswith("2 of 2 tests, 2 s: ")
    assert (lines[-2].strip(), lines[-1]) == ("", "")
    assert max(map(len, lines)) <= 79
