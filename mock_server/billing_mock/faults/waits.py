"""The waits of calls that a fault delays, by user. A reset ends them; a call whose wait was ended is not carried out."""

from __future__ import annotations

import asyncio
import contextlib
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from collections.abc import Callable


class Wait:
    """What calls about one user wait on. Threads and loops may share it.

    Once it was ended nobody waits on it any more.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._endings: set[Callable[[], None]] = set()
        self.is_ended = False

    async def pause(self, seconds: float) -> bool:
        """Wait for so many seconds, at most until the end, and return whether the end has come."""
        loop = asyncio.get_running_loop()
        over = loop.create_future()

        def end() -> None:
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(_set, over)

        with self._lock:
            if self.is_ended:
                return True
            self._endings.add(end)
        timer = loop.call_later(seconds, _set, over)
        try:
            await over
        finally:
            timer.cancel()
            self._endings.discard(end)
        return self.is_ended

    def end(self) -> None:
        """End the waits of all calls."""
        with self._lock:
            self.is_ended = True
            endings, self._endings = self._endings, set()
        for end in endings:
            end()


class Waits:
    """One wait for each user with calls in progress. Threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waits: WeakValueDictionary[str | None, Wait] = WeakValueDictionary()
        self._closed = False

    def of(self, user_id: str | None) -> Wait:
        """Return what calls about this user wait on; a reset ends it."""
        with self._lock:
            wait = self._waits.get(user_id)
            if wait is None:
                wait = self._waits[user_id] = Wait()
                if self._closed:
                    wait.end()
            return wait

    def end(self, user_id: str | None = None) -> None:
        """End every wait in progress, or those of one user."""
        with self._lock:
            ended = list(self._waits.items())
            for each, wait in ended:
                if user_id in (None, each):
                    del self._waits[each]
                    wait.end()

    def close(self) -> None:
        """End every wait in progress, and let no later call wait: the mock stops."""
        self._closed = True
        self.end()

    def open(self) -> None:
        """Let calls wait again: the mock starts."""
        self._closed = False
        self.end()


def _set(over: asyncio.Future[None]) -> None:
    if not over.done():
        over.set_result(None)
