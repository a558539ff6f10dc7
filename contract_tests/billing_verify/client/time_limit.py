"""How long a run may take, asked before and during everything that waits."""

from __future__ import annotations

import time

from billing_verify.errors import TimeUpError

_LEAST = 0.001


class TimeLimit:
    """The end of a run: `seconds` from when this is made, None for no end."""

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = seconds
        self._ends = None if seconds is None else time.monotonic() + seconds

    @property
    def is_up(self) -> bool:
        """Return whether the run has reached its end."""
        return self._ends is not None and time.monotonic() >= self._ends

    @property
    def seconds_left(self) -> float | None:
        """Return how many seconds of the run are left, None where it has no end."""
        if self._ends is None:
            return None
        return max(self._ends - time.monotonic(), 0.0)

    def at_most(self, seconds: float) -> float:
        """Return these seconds, or those that are left where they are fewer; never less than a millisecond."""
        if self._ends is None:
            return seconds
        return min(seconds, max(self._ends - time.monotonic(), _LEAST))

    def check(self) -> None:
        """Raise TimeUpError where the run has reached its end."""
        if self.is_up:
            raise TimeUpError(f"the time was up (--max-time {self._seconds:g})")
