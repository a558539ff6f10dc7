"""The waits of calls that a fault delays, by user. A reset ends them; a call whose wait was ended is not carried out."""

from __future__ import annotations

from threading import Event, Lock
from weakref import WeakValueDictionary


class Waits:
    """One event for each user with calls in progress. Setting the event ends their waits. Threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._events: WeakValueDictionary[str | None, Event] = WeakValueDictionary()
        self._closed = False

    def of(self, user_id: str | None) -> Event:
        """Return the event that calls about this user wait on; a reset sets it."""
        with self._lock:
            event = self._events.get(user_id)
            if event is None:
                event = self._events[user_id] = Event()
                if self._closed:
                    event.set()
            return event

    def end(self, user_id: str | None = None) -> None:
        """End every wait in progress, or those of one user."""
        with self._lock:
            ended = list(self._events.items())
            for each, event in ended:
                if user_id in (None, each):
                    del self._events[each]
                    event.set()

    def close(self) -> None:
        """End every wait in progress, and let no later call wait: the mock stops."""
        self._closed = True
        self.end()

    def open(self) -> None:
        """Let calls wait again: the mock starts."""
        self._closed = False
        self.end()
