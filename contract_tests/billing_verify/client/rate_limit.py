"""Keeps a run below the rate of requests that the operator allows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing_verify.client.time_limit import TimeLimit


class RateLimit:
    """The earliest moment of the next request. `per_second` is requests per second, None for any."""

    def __init__(self, per_second: float | None) -> None:
        self._interval = 1 / per_second if per_second else 0.0
        self._next = 0.0

    def wait(self, time_limit: TimeLimit) -> None:
        """Return when the next request may be sent; without a limit at once.

        Raises TimeUpError where the run ends before that.
        """
        now = time.monotonic()
        if now < self._next:
            time.sleep(time_limit.at_most(self._next - now))
            time_limit.check()
        self._next = max(now, self._next) + self._interval
