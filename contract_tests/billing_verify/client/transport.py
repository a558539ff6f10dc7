"""Sends requests one after the other, within the budget, and records every exchange."""

from __future__ import annotations

import time
from contextlib import suppress
from http.client import OK
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from urllib3 import HTTPHeaderDict

from billing_verify.client.balance_calls import check_call, reading_call
from billing_verify.client.charges import is_debit, is_reading
from billing_verify.client.connections import (
    ClosedInUseError,
    Connections,
    NoConnectionError,
)
from billing_verify.client.exchange import Call, Response, without_key
from billing_verify.client.keys import KEY_HEADER
from billing_verify.client.limiting import LimiterWaits, is_limited
from billing_verify.client.rate_limit import RateLimit
from billing_verify.client.sending import send_until_answered
from billing_verify.client.time_limit import TimeLimit
from billing_verify.client.trace import Trace
from billing_verify.errors import (
    MoneySpentError,
    NotTestableError,
    RateLimitedError,
    TimeUpError,
    UnreadableResponseError,
    WithheldError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from billing_verify.client.budget import Budget, Reservation
    from billing_verify.client.connections import Answer
    from billing_verify.client.target import Target

_READING_PATHS = ("/internal/billing/check", "/internal/billing/balance")


class Transport:
    """The way to the target, for one run. Bursts reserve their calls here and send them themselves.

    `rate` is requests per second; `read_only` forbids whatever could charge. `trace` keeps the
    exchanges of the test that runs; `overlaps` has, for each burst of that test, how many requests
    were open at once. `time_limit` is the end of the run.
    """

    def __init__(
        self,
        target: Target,
        budget: Budget,
        *,
        rate: float | None = None,
        read_only: bool = False,
        time_limit: TimeLimit | None = None,
    ) -> None:
        self.target = target
        self.budget = budget
        self.requests_sent = 0
        self.trace = Trace()
        self._rate_limit = RateLimit(rate)
        self._read_only = read_only
        self.time_limit = time_limit or TimeLimit()
        self.overlaps: list[int] = []
        self.limiter_waits = LimiterWaits(self.time_limit, target.timeout)
        self._connections = Connections.to(target, self.time_limit)

    def send(self, call: Call) -> Response:
        """Send a call and return the response.

        Raises NoResponseError, and NotTestableError where the budget, --read-only or --max-time
        forbids it.
        """
        return send_until_answered(self, call)

    def attempt(self, call: Call, *, anew: bool = False) -> Response:
        """Send a call once and return the response, which the trace does not have yet.

        `anew` takes a connection of its own. Raises NoConnectionError where no answer comes, and what
        `reserve` raises.
        """
        reservation = self.reserve(call)
        start = time.monotonic()
        try:
            got = self._request(call, anew=anew)
        except NoConnectionError:
            self.settle(reservation, None)
            raise
        response = Response(
            got.status,
            got.headers,
            without_key(got.data, self.target.key),
            start,
            time.monotonic(),
        )
        self.settle(reservation, response.status)
        self._observe_debit(call, response)
        if self.budget.users and is_reading(call):
            for user_id in parse_qs(urlsplit(call.url).query).get("user_id", ()):
                self._observe(user_id, response)
        return response

    def reserve(self, call: Call) -> Reservation:
        """Reserve what the call could take from the operator's accounts, and wait for the rate limit.

        Where too much is reserved already, the balances are read first: what they show not to be
        taken is free again. Raises NotTestableError where the budget, --read-only or --max-time
        forbids the call.
        """
        self.time_limit.check()
        path = urlsplit(call.url).path
        if self._read_only and not path.endswith(_READING_PATHS):
            withheld = WithheldError("--read-only sends nothing that could charge")
            self.trace.end(withheld)
            raise withheld
        try:
            reservation = self.budget.reserve(call)
        except MoneySpentError:
            self.read_balances(self.budget.unsettled)
            reservation = self.budget.reserve(call)
        try:
            self._rate_limit.wait(self.time_limit)
        except TimeUpError:
            self.budget.give_back(reservation)
            raise
        self.requests_sent += 1
        return reservation

    def reserve_all(self, calls: Sequence[Call]) -> list[Reservation]:
        """Reserve what calls that are to be sent at once could take; see `reserve`."""
        reservations: list[Reservation] = []
        try:
            for call in calls:
                reservations.append(self.reserve(call))  # noqa: PERF401  those made so far are given back
        except NotTestableError:
            for each in reservations:
                self.budget.give_back(each)
            raise
        return reservations

    def seconds_to_wait(self) -> float:
        """Return how many seconds an answer may take now: what is left of the run where that is less."""
        return self.time_limit.at_most(self.target.timeout)

    def settle(self, reservation: Reservation, status: int | None) -> None:
        """Record that a call was answered with this status; None is no answer."""
        self.budget.settle(reservation, status)

    def read_balances(self, user_ids: Iterable[str]) -> bool:
        """Read the documented balances of these users for the budget, and return whether all could be read.

        A check has the balance too, and is asked where the reading shows none. No exchange is recorded,
        as no test asked for it.
        """
        read = [
            self._observe_quietly(user_id, reading_call(self.target, user_id))
            or self._observe_quietly(user_id, check_call(self.target, user_id))
            for user_id in user_ids
        ]
        return all(read)

    def _observe_quietly(self, user_id: str, call: Call) -> bool:
        waits: list[float] = []
        while True:
            self._rate_limit.wait(self.time_limit)
            self.requests_sent += 1
            start = time.monotonic()
            try:
                got = self._harmless(call)
                response = Response(
                    got.status, got.headers, got.data, start, time.monotonic()
                )
                if not is_limited(response):
                    return self._observe(user_id, response)
                self.limiter_waits.wait(call, response, waits)
            except (NoConnectionError, RateLimitedError):
                return False

    def _harmless(self, call: Call) -> Answer:
        try:
            return self._request(call)
        except ClosedInUseError:
            self.requests_sent += 1
            return self._request(call, anew=True)

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()

    def _request(self, call: Call, *, anew: bool = False) -> Answer:
        return self._connections.send(
            call.method,
            call.url,
            headers=self._headers(call),
            body=call.body,
            anew=anew,
        )

    def _observe(self, user_id: str, response: Response) -> bool:
        """Let the budget know a balance that was read while nothing else was on its way.

        Returns whether there was one.
        """
        try:
            if response.status == OK:
                self.budget.observe(user_id, response.balance)
        except UnreadableResponseError:
            return False
        return response.status == OK

    def _observe_debit(self, call: Call, response: Response) -> None:
        fields = call.fields if is_debit(call) and response.status == OK else None
        if isinstance(fields, dict) and isinstance(fields.get("user_id"), str):
            with suppress(UnreadableResponseError):
                self.budget.observe_debit(fields["user_id"], response.balance)

    def _headers(self, call: Call) -> HTTPHeaderDict:
        headers = HTTPHeaderDict({**self.target.headers, **call.headers})
        for value, _ in call.key.headers:
            headers.add(KEY_HEADER, value)
        return headers
