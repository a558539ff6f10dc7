"""The exceptions that tests and rooms raise, and what each makes of the outcome.

A plain AssertionError breaks every clause that the test is marked with. The exceptions here hold
more: what was expected and what came, which clause is broken, or that a clause is *not tested*, or that the whole run ends without
a verdict (exit status 2). Any other exception is an *error* of the suite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from billing_verify.comparison import Comparison


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of what broke a clause: as text for a terminal, and as SVG for the page."""

    text: str
    svg: str


class ExpectationError(AssertionError):
    """Something came that was not expected: the clauses that the test is marked with are *broken*.

    `found` is what was expected and what came, or else a message about it. It is raised, and not
    asserted, so that a check also works under `python -O`, which leaves `assert` out.
    """

    def __init__(self, found: Comparison | str) -> None:
        super().__init__(found)
        self.found = found

    @property
    def comparison(self) -> Comparison | None:
        """Return what was expected and what came, None where there is only a message."""
        return None if isinstance(self.found, str) else self.found


class ClauseBrokenError(ExpectationError):
    """One named clause is broken, in a test that watches several clauses at once.

    That clause is *broken*; the other clauses of the test are left as they are. `timeline` is a
    drawing of the requests that break it, where there is one.
    """

    def __init__(
        self,
        clause_id: str,
        found: Comparison | str,
        *,
        timeline: Picture | None = None,
    ) -> None:
        super().__init__(found)
        self.clause_id = clause_id
        self.timeline = timeline


class PremiseError(Exception):
    """A step that a test needs before its own question failed: its clauses are *not tested*.

    Example: a test of duplicates whose first debit is refused cannot send a duplicate.
    """


class UnreadableResponseError(PremiseError):
    """A response is not JSON, or lacks a field that the test needs: its clauses are *not tested*."""


class NotTestableError(Exception):
    """The target or its operator does not give what a test needs: its clauses are *not tested*.

    The message names the remedy. Examples: the budget is used up, no account can be opened.
    """


class MoneySpentError(NotTestableError):
    """A request would pass the budget, or no account of the operator holds enough for it.

    Generating requests ends with it: what was generated before counts.
    """


class TimeUpError(NotTestableError, pytest.skip.Exception):  # type: ignore[name-defined, misc]
    """The run has reached its end, --max-time: what was not reached is *not tested*.

    Being a skip of pytest it ends a generated test at once: Hypothesis neither repeats the example
    nor looks for a shorter one.
    """

    def __init__(self, message: str) -> None:
        pytest.skip.Exception.__init__(self, message)


class RateLimitedError(NotTestableError, pytest.skip.Exception):  # type: ignore[name-defined, misc]
    """The deployment limits how many requests it takes, and one was refused for it: its clauses are *not tested*.

    Like TimeUpError it ends a generated test at once.
    """

    def __init__(self, message: str) -> None:
        pytest.skip.Exception.__init__(self, message)


class WithheldError(NotTestableError):
    """--read-only keeps a test from its debit: what the clause needs beyond reading was not asked for."""


class NotApplicableError(NotTestableError):
    """The question of a test does not arise at this deployment, and nothing is missing.

    Example: a key without letters has no variant in another letter case.
    """


class NoResponseError(Exception):
    """The target did not answer: unreachable, too slow, or the connection ended.

    In a test its clauses are an *error*; before the tests the run ends without a verdict.
    """


class TargetError(Exception):
    """The deployment cannot be used as it was named (URL or key): the run ends without a verdict.

    The message names the remedy.
    """


class CannotJudgeError(Exception):
    """No verdict is possible, found out before the tests: the run ends with exit status 2.

    The message names the reason and the remedy. Examples: nothing answers at the URL, the key is
    refused, no account has money. `deviations` are those that were seen, as texts.
    """

    def __init__(self, reason: str, *, deviations: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.deviations = tuple(deviations)


class SettingsError(ValueError):
    """An option or a setting of a file has a value that cannot be used: nothing is run.

    The message names the setting and the remedy.
    """


def raise_together(title: str, errors: Iterable[ClauseBrokenError]) -> None:
    """Raise the errors: a single one as it is, several as an ExceptionGroup with this title; none raises nothing."""
    found = list(errors)
    if len(found) > 1:
        raise ExceptionGroup(title, found)
    if found:
        raise found[0]
