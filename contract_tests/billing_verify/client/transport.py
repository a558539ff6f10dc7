"""Sends requests one after the other, within the budget, and records every exchange."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from billing_verify.client.connections import Connections, NoConnectionError
from billing_verify.client.exchange import Call, Exchange, Response, without_key
from billing_verify.client.keys import KEY_HEADER
from billing_verify.client.rate_limit import RateLimit
from billing_verify.client.trace import Trace
from billing_verify.errors import NoResponseError, NotTestableError

if TYPE_CHECKING:
    from decimal import Decimal

    from billing_verify.client.budget import Budget
    from billing_verify.client.target import Target

_REFUSED = range(400, 500)
_DEBIT_PATH = "/internal/billing/debit"
_READING_PATHS = ("/internal/billing/check", "/internal/billing/balance")


class Transport:
    """The way to the target, for one run. Bursts reserve their calls here and send them themselves.

    `rate` is requests per second; `read_only` forbids whatever could charge. `trace` keeps the
    exchanges of the test that runs; `overlaps` has, for each burst of that test, how many requests
    were open at once.
    """

    def __init__(
        self,
        target: Target,
        budget: Budget,
        *,
        rate: float | None = None,
        read_only: bool = False,
    ) -> None:
        self.target = target
        self.budget = budget
        self.requests_sent = 0
        self.trace = Trace()
        self._rate_limit = RateLimit(rate)
        self._read_only = read_only
        self.overlaps: list[int] = []
        self._connections = Connections.to(target)

    def send(self, call: Call) -> Response:
        """Send a call and return the response.

        Raises NoResponseError, and NotTestableError where the budget or --read-only forbids it.
        """
        cost = self.reserve(call)
        start = time.monotonic()
        try:
            got = self._connections.send(
                call.method,
                call.url,
                headers=self._headers(call),
                body=call.body,
                before_again=lambda: self.reserve(call),
            )
        except NoConnectionError as error:
            self.trace.exchanges.append(Exchange(call, None, _without_address(error)))
            unanswered = NoResponseError(
                f"{call.method} {call.url}: no answer: {_without_address(error)}"
            )
            self.trace.end(unanswered)
            raise unanswered from None
        response = Response(
            got.status,
            got.headers,
            without_key(got.data, self.target.key),
            start,
            time.monotonic(),
        )
        self.settle(cost, response.status)
        self.trace.exchanges.append(Exchange(call, response))
        return response

    def reserve(self, call: Call) -> Decimal:
        """Reserve what the call could take from the operator's accounts, and wait for the rate limit.

        Returns the reserved units. Raises NotTestableError where the budget or --read-only forbids
        the call. A burst reserves all its calls before it sends the first.
        """
        path = urlsplit(call.url).path
        if self._read_only and not path.endswith(_READING_PATHS):
            withheld = NotTestableError("--read-only sends nothing that could charge")
            self.trace.end(withheld)
            raise withheld
        try:
            cost = self.budget.reserve(
                call.fields if path.endswith(_DEBIT_PATH) else None
            )
        except NotTestableError as error:
            self.trace.end(error)
            raise
        self._rate_limit.wait()
        self.requests_sent += 1
        return cost

    def settle(self, cost: Decimal, status: int | None) -> None:
        """Give back what was reserved for a call that was refused (4xx); None is no answer."""
        if cost and status in _REFUSED:
            self.budget.give_back(cost)

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()

    def _headers(self, call: Call) -> dict[str, str]:
        headers = {**self.target.headers, **call.headers}
        if call.key.value is not None:
            headers[KEY_HEADER] = call.key.value
        return headers


def _without_address(error: Exception) -> str:
    """Return the innermost reason as text: urllib3 wraps it, with addresses of objects."""
    reason: BaseException = error
    while (
        inner := getattr(reason, "reason", None)
        or reason.__cause__
        or reason.__context__
    ) is not None:
        if not isinstance(inner, BaseException):
            break
        reason = inner
    return f"{type(reason).__name__}: {reason}".partition("object at 0x")[0]
