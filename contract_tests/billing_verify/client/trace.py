"""The exchanges of a test, or of one of its generated examples, and why it stopped."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing_verify.account import TestAccount
    from billing_verify.client.exchange import Exchange

_RECORDED = 200


@dataclass(frozen=True, slots=True)
class Ending:
    """The exchanges and accounts until a test, or an example of it, stopped."""

    exchanges: tuple[Exchange, ...]
    accounts: tuple[TestAccount, ...]


class Trace:
    """The exchanges and accounts of a test, or of the example that Hypothesis runs just now.

    Hypothesis runs other examples after one that failed, and the failing one again, so each ending
    is kept with the exception that caused it. Of the exchanges the last 200 are kept.
    """

    def __init__(self) -> None:
        self.exchanges: deque[Exchange] = deque(maxlen=_RECORDED)
        self.accounts: list[TestAccount] = []
        self._endings: list[tuple[Exception, Ending]] = []

    def begin_example(self) -> None:
        """Drop the exchanges and accounts of the example before; the endings are kept."""
        self.exchanges.clear()
        self.accounts.clear()

    def end(self, reason: Exception) -> None:
        """Keep what has happened until now as the ending that this exception caused."""
        self._endings.append((reason, self._now()))

    def until(self, reason: BaseException) -> Ending:
        """Return the ending that this exception caused; what has happened until now for any other."""
        for known, ending in reversed(self._endings):
            if known is reason:
                return ending
        return self._now()

    @property
    def last_reason(self) -> Exception | None:
        """Return the exception of the last ending, None where there is none."""
        return self._endings[-1][0] if self._endings else None

    @property
    def last_failure(self) -> AssertionError | None:
        """Return the last ending's exception that is a claim which did not hold, None where there is none."""
        for reason, _ in reversed(self._endings):
            if isinstance(reason, AssertionError):
                return reason
        return None

    def _now(self) -> Ending:
        return Ending(tuple(self.exchanges), tuple(self.accounts))
