"""Keeps a run below the request rate that the operator allows."""

from __future__ import annotations

import time


class Pace:
    """`wait()` returns when the next request may leave. Without a rate it never waits."""

    def __init__(self, per_second: float | None) -> None:
        self._interval = 1 / per_second if per_second else 0.0
        self._next = 0.0

    def wait(self) -> None:
        """Wait for the next slot."""
        now = time.monotonic()
        if now < self._next:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + self._interval
