"""How long the suite waits for a hook of the operator: a minute, and never beyond the end of the run."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from billing_verify.client.time_limit import TimeLimit
from billing_verify.errors import NotTestableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SECONDS_MAX = 60.0


class HookHangsError(NotTestableError):
    """A hook did not come back in time. It is not asked again: each test would wait as long."""


class _TooLongError(BaseException):
    """Ends a callable that takes too long. No `except Exception` of its own catches it."""


class Patience:
    """The wait for one hook. `name` is a phrase for messages, `time_limit` the end of the run."""

    def __init__(
        self,
        name: str,
        time_limit: TimeLimit | None = None,
        *,
        seconds_max: float = SECONDS_MAX,
    ) -> None:
        self._name = name
        self._time_limit = time_limit or TimeLimit()
        self._seconds_max = seconds_max

    @property
    def seconds(self) -> float:
        """Return how many seconds the hook may take now. Raises TimeUpError at the end of the run."""
        self._time_limit.check()
        return self._time_limit.at_most(self._seconds_max)

    def used_up(self) -> HookHangsError:
        """Return the error for a hook that has taken too long. Raises TimeUpError at the end of the run."""
        self._time_limit.check()
        return HookHangsError(
            f"{self._name} did not come back within {self._seconds_max:g} s, and is not asked again"
        )

    @contextmanager
    def bounding(self) -> Iterator[None]:
        """End the Python code within when it takes too long. Raises HookHangsError or TimeUpError then.

        Only the main thread of a system with signals can be interrupted; anywhere else the code runs on.
        """
        seconds = self.seconds
        if (
            not hasattr(signal, "setitimer")
            or threading.current_thread() is not threading.main_thread()
        ):
            yield
            return
        previous = signal.signal(signal.SIGALRM, _end)
        left, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        except _TooLongError:
            raise self.used_up() from None
        finally:
            signal.setitimer(signal.ITIMER_REAL, left, interval)
            signal.signal(signal.SIGALRM, previous)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise _TooLongError
