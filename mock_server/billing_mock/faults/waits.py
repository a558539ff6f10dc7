"""The waits that go on, by user: a reset ends them, and what waited belongs to the past."""

from __future__ import annotations

from threading import Event, Lock
from weakref import WeakValueDictionary


class Waits:
    """One event for each user with calls under way; set, it ends their waits. Threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._events: WeakValueDictionary[str | None, Event] = WeakValueDictionary()
        self._closed = False

    def of(self, user_id: str | None) -> Event:
        """What a call about this user waits on, and finds set once a reset has come between."""
        with self._lock:
            event = self._events.get(user_id)
            if event is None:
                event = self._events[user_id] = Event()
                if self._closed:
                    event.set()
            return event

    def end(self, user_id: str | None = None) -> None:
        """End every wait that goes on, or those of one user."""
        with self._lock:
            ended = list(self._events.items())
            for each, event in ended:
                if user_id in (None, each):
                    del self._events[each]
                    event.set()

    def close(self) -> None:
        """End every wait, now and from now on: the mock is going down."""
        self._closed = True
        self.end()

    def open(self) -> None:
        """Let calls wait again: the mock is up."""
        self._closed = False
        self.end()
