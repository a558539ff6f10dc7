"""A clock that only goes forward, also where a test freezes or moves the others."""

from __future__ import annotations

import asyncio
import time

if hasattr(time, "clock_gettime"):

    def seconds() -> float:
        """Return the seconds of a monotonic clock. Libraries that freeze time leave it alone."""
        return time.clock_gettime(time.CLOCK_MONOTONIC)

else:  # Windows
    _monotonic = [time.monotonic]  # in a list, where such libraries do not look

    def seconds() -> float:
        """Return the seconds of a monotonic clock. Libraries that freeze time leave it alone."""
        return _monotonic[0]()


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return a new event loop whose timers go by this clock."""
    loop = asyncio.new_event_loop()
    loop.time = seconds  # type: ignore[method-assign]
    return loop
