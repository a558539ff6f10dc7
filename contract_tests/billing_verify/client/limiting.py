"""Refusals of a limiter in front of the target, which counts requests and looks at none of them.

HTTP has two statuses for it: 429, and 503 with the header Retry-After (RFC 9110, RFC 6585). Neither
is an answer of the contract, and neither shows what the service would have answered.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import SERVICE_UNAVAILABLE, TOO_MANY_REQUESTS
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from billing_verify.errors import RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_verify.client.exchange import Call, Response
    from billing_verify.client.time_limit import TimeLimit

_TIMES = 5
"""How often a request is sent again: a limiter that names a moment and refuses again and again is not waited for."""

_HEADER = "retry-after"
_REMEDY = "The deployment limits the requests that it takes; send fewer a second with --rate N"


def is_limited(response: Response | None) -> bool:
    """Return whether an answer is the refusal of a limiter."""
    if response is None:
        return False
    return response.status == TOO_MANY_REQUESTS or (
        response.status == SERVICE_UNAVAILABLE and _HEADER in response.headers
    )


def seconds_until_again(response: Response) -> float | None:
    """Return how many seconds Retry-After asks for, None where it is missing or cannot be read.

    A moment is compared with the Date of the same answer, where it has one: the two clocks may differ.
    """
    value = response.headers.get(_HEADER, "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    again, now = _moment(value), _moment(response.headers.get("date", ""))
    if again is None:
        return None
    return max((again - (now or datetime.now(UTC))).total_seconds(), 0.0)


def limited_burst(responses: Sequence[Response | None]) -> RateLimitedError | None:
    """Return the error for a burst with these responses, None where a limiter refused none of its requests.

    The requests that it let through then show nothing about concurrency.
    """
    limited = [each.status for each in responses if each and is_limited(each)]
    if not limited:
        return None
    sent = len(responses)
    return RateLimitedError(
        f"{len(limited)} of {sent} requests sent at once were answered {limited[0]}, so that the others show nothing. "
        f"{_REMEDY}, or let its limiter take {sent} at once"
    )


class LimiterWaits:
    """How long requests that a limiter has refused are waited for, in one run.

    All waits for one request may take `seconds` together, or what is left of the run where it has an
    end. Once a request was refused again and again, no further one to its path is waited for until
    one there is answered.
    """

    def __init__(self, time_limit: TimeLimit, seconds: float) -> None:
        self._time_limit = time_limit
        self._seconds = seconds
        self._given_up: set[str] = set()

    def end(self, call: Call) -> None:
        """Note that a request was answered by the service itself."""
        self._given_up.discard(urlsplit(call.url).path)

    def wait(self, call: Call, response: Response, waits: list[float]) -> None:
        """Return when the request may be sent again, and add the wait to those that were made for it.

        Raises RateLimitedError where that is too late or not known.
        """
        path = urlsplit(call.url).path
        seconds = seconds_until_again(response)
        if seconds is None:
            raise refused(call, response, "which does not say when to come again")
        if sum(waits) + seconds > self.seconds_left:
            raise refused(
                call,
                response,
                f"which asks for a wait of {seconds:g} s, more than --max-time, or else --timeout, leaves",
            )
        if len(waits) == _TIMES or path in self._given_up:
            self._given_up.add(path)
            raise refused(
                call, response, f"as was one {_TIMES} times after the wait it asks for"
            )
        waits.append(seconds)
        time.sleep(seconds)

    @property
    def seconds_left(self) -> float:
        """Return how long all waits for one request may take, in seconds."""
        left = self._time_limit.seconds_left
        return self._seconds if left is None else left


def refused(call: Call, response: Response, why: str) -> RateLimitedError:
    """Return the error for a request that a limiter has refused, with the reason that it is not sent again."""
    path = urlsplit(call.url).path
    return RateLimitedError(
        f"{call.method} {path} was answered {response.status}, {why}. {_REMEDY}"
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
