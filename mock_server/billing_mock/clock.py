"""The clock of one mock: the time of day, until it is turned."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

YEARS: Final = (1970, 9999)


class Clock:
    """A clock that goes on by the second and can be turned. Threads may share it.

    It decides when plans end, when they were applied, and the times of transactions and of requests
    in the journal. Delays and the times of faults do not go by it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._ahead = timedelta(0)
        self._ahead_seconds = 0.0

    @property
    def ahead(self) -> timedelta:
        """Return how far it is ahead of the time of day; less than zero where it is behind."""
        return self._ahead

    def now(self) -> datetime:
        """Return the time it shows, in UTC."""
        return _time_of_day() + self._ahead

    def seconds(self) -> float:
        """Return the time it shows, in seconds since the epoch."""
        return time.time() + self._ahead_seconds

    def set(self, moment: datetime) -> None:
        """Turn it to a moment, from which it goes on. Raises ValueError for one without a zone, or before 1970."""
        if moment.tzinfo is None:
            raise ValueError(f"must have a zone, such as Z: {moment.isoformat()}")
        with self._lock:
            self._turn(moment.astimezone(UTC) - _time_of_day())

    def forward(self, by: timedelta) -> None:
        """Turn it on by so much, or back by a negative time. Raises ValueError where that leaves the years 1970 to 9999."""
        with self._lock:
            self._turn(self._ahead + by)

    def reset(self) -> None:
        """Let it show the time of day again."""
        with self._lock:
            self._turn(timedelta(0))

    def _turn(self, ahead: timedelta) -> None:
        try:
            shown = _time_of_day() + ahead
        except OverflowError:
            shown = None
        if shown is None or not YEARS[0] <= shown.year <= YEARS[1]:
            raise ValueError(f"must stay in the years {YEARS[0]} to {YEARS[1]}")
        self._ahead, self._ahead_seconds = ahead, ahead.total_seconds()


def _time_of_day() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)
