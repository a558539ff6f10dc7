"""What a test, or an example of it, has said and heard, and why it ended."""

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
    """What had happened when a test, or an example of it, had to stop."""

    exchanges: tuple[Exchange, ...]
    accounts: tuple[TestAccount, ...]


class Trace:
    """What has happened in a test, or in the example of it that Hypothesis runs just now.

    Hypothesis runs other examples after one that failed, and the failing one again, so each ending
    is kept with its reason.
    """

    def __init__(self) -> None:
        self.exchanges: deque[Exchange] = deque(maxlen=_RECORDED)
        self.accounts: list[TestAccount] = []
        self._endings: list[tuple[Exception, Ending]] = []

    def begin_example(self) -> None:
        """Forget what happened in the example before; how it ended is kept."""
        self.exchanges.clear()
        self.accounts.clear()

    def end(self, reason: Exception) -> None:
        """Keep what has happened until now as what led to the reason."""
        self._endings.append((reason, self._now()))

    def until(self, reason: BaseException) -> Ending:
        """What had happened until the reason came up; until now, where it is not known."""
        for known, ending in reversed(self._endings):
            if known is reason:
                return ending
        return self._now()

    @property
    def last_reason(self) -> Exception | None:
        """The last reason for which the test, or an example of it, had to stop."""
        return self._endings[-1][0] if self._endings else None

    def _now(self) -> Ending:
        return Ending(tuple(self.exchanges), tuple(self.accounts))
