"""Concurrent requests that really overlap.

Every connection is opened and every request is sent except for its last byte; then the last bytes
are sent one right after the other. A server starts work on a request when it is complete, so all of
them start at nearly the same moment.
"""

from __future__ import annotations

import itertools
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from decimal import Decimal
from http.client import OK, HTTPException
from typing import TYPE_CHECKING

from urllib3.exceptions import HTTPError

from billing_verify.client.connections import read_answer
from billing_verify.client.exchange import Call, Exchange, Response, without_key
from billing_verify.client.limiting import limited_burst
from billing_verify.client.overlap import largest_overlap
from billing_verify.client.raw_http import TimedStream, connect, request_bytes
from billing_verify.errors import NoResponseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from billing_verify.account import TestAccount
    from billing_verify.client.billing_client import BillingClient
    from billing_verify.client.budget import Reservation
    from billing_verify.client.target import Target
    from billing_verify.client.transport import Transport


_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class TimedExchange:
    """An exchange with its interval: seconds on one monotonic clock; `end` is None without an answer."""

    exchange: Exchange
    start: float
    end: float | None


@dataclass(frozen=True, slots=True)
class Burst:
    """The exchanges of a burst. `overlap` is the largest number of requests that were open at once."""

    timed: tuple[TimedExchange, ...]
    overlap: int

    @property
    def responses(self) -> list[Response]:
        """Return the responses that came."""
        answers = (each.exchange.response for each in self.timed)
        return [answer for answer in answers if answer is not None]

    def units_made(self) -> Decimal:
        """Return the sum of the units of the debits and credits that were answered 200."""
        made = [
            each.exchange.call.fields
            for each in self.timed
            if each.exchange.response and each.exchange.response.status == OK
        ]
        # Of these only a debit and a credit have a ref; a check asks for units and moves none.
        return sum(
            (each["units"] for each in made if each and "ref" in each), Decimal(0)
        )

    def statuses(self) -> list[int]:
        """Return the statuses that came, in order of size."""
        return sorted(response.status for response in self.responses)


def rounds_at_once(billing: BillingClient, rounds: int) -> Iterator[int]:
    """Yield a number for each burst of a test: so many, and as many again where requests of none have overlapped.

    On a busy machine a service may answer one request before the next one leaves.
    """
    overlaps = billing.transport.overlaps
    yield from range(rounds)
    if not any(overlap > 1 for overlap in overlaps):
        yield from range(rounds, 2 * rounds)


def burst(billing: BillingClient, account: TestAccount, calls: Sequence[Call]) -> Burst:
    """Send all calls, about one account, at once, and record how many overlapped.

    Raises NoResponseError where no connection can be opened or an answer is missing. Calls that did
    not overlap prove nothing; a test is *not tested* where no burst of it overlapped.
    """
    sent = send_concurrently(billing, account, calls)
    missing = [
        each.exchange.failure for each in sent.timed if each.exchange.response is None
    ]
    if missing:
        raise NoResponseError(
            f"{len(missing)} of {len(calls)} concurrent requests got no answer: {missing[0]}"
        )
    billing.transport.overlaps.append(sent.overlap)
    return sent


def send_timed(billing: BillingClient, call: Call) -> TimedExchange:
    """Send one call, with no other at the same time, and return it timed as those of a burst are."""
    response = billing.send_call(call)
    return TimedExchange(Exchange(call, response), response.start, response.end)


def send_concurrently(
    billing: BillingClient, account: TestAccount, calls: Sequence[Call]
) -> Burst:
    """Send all calls, about one account, at once; they need not overlap or be answered.

    Raises NoResponseError where no connection can be opened, NotTestableError where the budget or
    --read-only forbids a call, or a limiter refuses one.
    """
    transport = billing.transport
    billing.forget_balance(account)
    reservations = transport.reserve_all(calls)
    all_sent = threading.Event()
    seconds = transport.seconds_to_wait()
    runners = [_Runner(transport.target, call, seconds, all_sent) for call in calls]
    try:
        for runner in runners:
            runner.prepare()
        for runner in runners:
            runner.finish_request()
        all_sent.set()
        for runner in runners:
            runner.reader.join()
    except OSError as error:
        for reservation in reservations:
            transport.settle(reservation, None)
        transport.time_limit.check()
        raise NoResponseError(
            f"{len(calls)} connections could not be opened: {error}"
        ) from error
    finally:
        all_sent.set()
        for runner in runners:
            runner.close()
    number = next(_NUMBERS)
    timed = tuple(runner.timed(number) for runner in runners)
    _settle(transport, reservations, timed)
    return Burst(timed, largest_overlap([(each.start, each.end) for each in timed]))


def _settle(
    transport: Transport,
    reservations: Sequence[Reservation],
    timed: Sequence[TimedExchange],
) -> None:
    """Record what was sent and came.

    Raises TimeUpError where the run ended before an answer came, RateLimitedError where a limiter
    refused a request.
    """
    for reservation, each in zip(reservations, timed, strict=True):
        response = each.exchange.response
        transport.settle(reservation, response.status if response else None)
    transport.trace.add(*(each.exchange for each in timed))
    if any(each.end is None for each in timed):
        transport.time_limit.check()
    limited = limited_burst([each.exchange.response for each in timed])
    if limited:
        transport.trace.end(limited)
        raise limited


class _Runner:
    """One connection of a burst, with a thread that reads its response.

    The thread waits for the response already while the request is sent. Not so over an encrypted
    connection, which has one state for both directions: OpenSSL lets one thread at a time use it.
    """

    def __init__(
        self, target: Target, call: Call, seconds: float, all_sent: threading.Event
    ) -> None:
        self._target = target
        self._call = call
        self._seconds = seconds
        self._all_sent = all_sent
        self._request = request_bytes(target, call)
        self._socket = socket.socket()
        self._start = 0.0
        self._response: Response | None = None
        self._failure = ""
        self._may_read = threading.Event()
        self.reader = threading.Thread(target=self._read, daemon=True)

    def prepare(self) -> None:
        """Connect, and send the request except for its last byte. Raises OSError."""
        self._socket.close()
        self._socket = connect(self._target, self._seconds)
        self._socket.sendall(self._request[:-1])
        if not isinstance(self._socket, ssl.SSLSocket):
            self._may_read.set()
        self.reader.start()

    def finish_request(self) -> None:
        """Send the last byte."""
        self._start = time.monotonic()
        try:
            self._socket.sendall(self._request[-1:])
        except OSError as error:
            self._failure = str(error)
        finally:
            self._may_read.set()

    def close(self) -> None:
        """Close the connection, and let the reading thread end."""
        self._socket.close()
        self._may_read.set()

    def timed(self, number: int) -> TimedExchange:
        """Return what was sent and what came, with its interval, in the burst of this number."""
        exchange = Exchange(self._call, self._response, self._failure, burst=number)
        return TimedExchange(
            exchange, self._start, self._response.end if self._response else None
        )

    def _read(self) -> None:
        self._may_read.wait()
        stream = TimedStream(
            self._socket, time.monotonic() + self._seconds, self._all_sent
        )
        try:
            response = read_answer(stream, self._call.method)
        except (OSError, HTTPException, HTTPError) as error:
            self._failure = f"{type(error).__name__}: {error}"
            return
        finally:
            stream.close()
        self._response = Response(
            response.status,
            response.headers,
            without_key(response.data, self._target.key),
            self._start,
            stream.received_at,
        )
