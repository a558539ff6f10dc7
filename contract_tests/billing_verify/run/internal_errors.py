"""What is told where the suite itself fails: one sentence, and no traceback, in which a secret may stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from billing_verify.results.internal_error import describe_internal_error
from billing_verify.run.fixtures import FACTS, PRINTABLE

if TYPE_CHECKING:
    from _pytest._io import TerminalWriter


class InternalErrors:
    """A pytest plugin that has an internal error told in one sentence, on the terminal and in JUnit."""

    def __init__(self, config: pytest.Config) -> None:
        self._facts = config.stash[FACTS]
        self._config = config

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(
        self, excrepr: Any, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> None:
        """Replace what pytest and its plugins print of the error, before any of them does."""
        sentence = self._config.stash[PRINTABLE].text(
            describe_internal_error(excinfo.value)
        )
        self._facts.could_not_judge = sentence

        def print_sentence(writer: TerminalWriter) -> None:
            writer.write(sentence)

        excrepr.toterminal = print_sentence
