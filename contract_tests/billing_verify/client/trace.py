"""The exchanges of a test, or of one of its generated examples, and why it stopped."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from http.client import INTERNAL_SERVER_ERROR
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from billing_verify.client.doubts import Doubts
from billing_verify.client.limiting import is_limited
from billing_verify.errors import ClauseBrokenError

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
        self.doubts = Doubts()
        self._endings: list[tuple[Exception, Ending]] = []
        self.unsettled: list[str] = []
        self._findings: dict[str, tuple[ClauseBrokenError, Ending]] = {}

    def begin_example(self) -> None:
        """Drop the exchanges and accounts of the example before; endings and findings are kept."""
        self.exchanges.clear()
        self.accounts.clear()
        self.doubts.take()

    def use(self, account: TestAccount) -> None:
        """Record that the test got an account."""
        self.accounts.append(account)
        self.doubts.opened(account.user_id, account.opening)

    def add(self, *exchanges: Exchange) -> None:
        """Record exchanges, one alone or several that were made at once.

        An answer of 5xx breaks http.no-5xx, whatever the test that got it is about. The refusal of a
        limiter does not.
        """
        self.exchanges.extend(exchanges)
        self.doubts.note(exchanges)
        for each in exchanges:
            if (
                each.response
                and each.response.status >= INTERNAL_SERVER_ERROR
                and not is_limited(each.response)
            ):
                path = urlsplit(each.call.url).path
                self.find(
                    ClauseBrokenError(
                        "http.no-5xx",
                        f"{each.call.method} {path} was answered {each.response.status}: {each.response.shown_body}",
                    )
                )

    def pass_over(self, exchange: Exchange) -> None:
        """Record a request that a limiter refused, and that was not carried out."""
        self.exchanges.append(exchange)

    def find(self, error: ClauseBrokenError) -> None:
        """Keep what breaks a clause without ending the test: of each clause the first in the test."""
        self._findings.setdefault(error.clause_id, (error, self._now()))

    @property
    def findings(self) -> list[ClauseBrokenError]:
        """Return what was found beside the test's own question."""
        return [error for error, _ in self._findings.values()]

    def end(self, reason: Exception) -> None:
        """Keep what has happened until now as the ending that this exception caused."""
        self._endings.append((reason, self._now()))

    def until(self, reason: BaseException) -> Ending:
        """Return the ending that this exception caused; what has happened until now for any other."""
        kept = [*self._findings.values(), *self._endings]
        for known, ending in reversed(kept):
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
