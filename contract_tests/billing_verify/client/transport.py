"""The one door through which requests leave: it keeps the budget and records every exchange."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from billing_contract import NotJsonError, parse_json
from billing_verify.clauses import NotTestableError
from billing_verify.client.connections import Connections, NoConnectionError
from billing_verify.client.exchange import Call, Exchange, Response, without_key
from billing_verify.client.pace import Pace
from billing_verify.client.target import KEY_HEADER
from billing_verify.client.trace import Trace

if TYPE_CHECKING:
    from decimal import Decimal

    from billing_verify.client.budget import Budget
    from billing_verify.client.target import Target

_REFUSED = range(400, 500)
_DEBIT_PATH = "/internal/billing/debit"
_READING_PATHS = ("/internal/billing/check", "/internal/billing/balance")


class NoResponseError(Exception):
    """The target did not answer: unreachable, too slow, or it hung up. No verdict, an error."""


class Transport:
    """Sends calls to the target, one after the other.

    `story` keeps them for the test that runs. `overlaps` tells of each burst of a test how many
    requests were open at once.
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
        self._pace = Pace(rate)
        self._read_only = read_only
        self.overlaps: list[int] = []
        self._connections = Connections.to(target)

    def send(self, call: Call) -> Response:
        """Send a call and read its answer. Raises NoAnswerError, NotTestableError (the budget)."""
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
        """Wait for the call's turn, and set aside what it could take from the operator's accounts.

        Raises NotTestableError. Calls of a burst wait for all their turns and then leave together.
        """
        path = urlsplit(call.url).path
        if self._read_only and not path.endswith(_READING_PATHS):
            withheld = NotTestableError("--read-only sends nothing that could charge")
            self.trace.end(withheld)
            raise withheld
        fields = None
        if call.body is not None and path.endswith(_DEBIT_PATH):
            try:
                fields = parse_json(call.body)
            except NotJsonError:
                fields = None
        try:
            cost = self.budget.reserve(fields)
        except NotTestableError as error:
            self.trace.end(error)
            raise
        self._pace.wait()
        self.requests_sent += 1
        return cost

    def settle(self, cost: Decimal, status: int | None) -> None:
        """Give back what a refused call had set aside."""
        if cost and status in _REFUSED:
            self.budget.give_back(cost)

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def _headers(self, call: Call) -> dict[str, str]:
        headers = {**self.target.headers, **call.headers}
        if call.key.value is not None:
            headers[KEY_HEADER] = call.key.value
        return headers


def _without_address(error: Exception) -> str:
    """The innermost reason: urllib3 wraps it, object addresses included."""
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
