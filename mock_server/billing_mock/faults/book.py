"""The faults that are set, in the order in which they act on a call, and how often each has acted."""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from billing_mock.faults.delivery import Delivery, FaultContext
from billing_mock.faults.kinds import FaultError
from billing_mock.faults.trigger import Countdown, Trigger
from billing_mock.faults.waits import Wait, Waits
from billing_mock.steady_clock import seconds

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from billing_mock.api.answer import Answer
    from billing_mock.faults.kinds import Fault

LIVE_MAX = 1000
FINISHED_MAX = 1000  # so many faults that cannot fire again are remembered


@dataclass(frozen=True, slots=True, eq=False)
class PlacedFault:
    """A fault with its trigger, as it was set. `id` is its number in this mock."""

    id: int
    fault: Fault
    countdown: Countdown

    def as_json(self, *, now: float) -> dict[str, Any]:
        """Return its settings, its state and its counts. `now` is in seconds of a monotonic clock."""
        countdown = self.countdown
        state = "active"
        if not countdown.is_live(now=now):
            state = "expired" if countdown.is_over(now=now) else "spent"
        return {
            "id": self.id,
            "kind": self.fault.kind,
            **asdict(self.fault),
            **asdict(countdown.trigger),
            "state": state,
            "matched": countdown.matched,
            "fired": countdown.fired,
        }


class FaultBook:
    """All faults of one mock. Threads may share it.

    `starting` are those that it starts with, and has again after a reset. `clock` returns seconds.
    """

    def __init__(
        self,
        starting: Iterable[tuple[Fault, Trigger]] = (),
        *,
        refuse: Callable[[int, str], Answer],
        clock: Callable[[], float] = seconds,
    ) -> None:
        self._lock = Lock()
        self._starting = tuple(starting)
        self.refuse = refuse
        self._clock = clock
        self._ids = itertools.count(1)
        self.waits = Waits()
        self._placed: dict[int, PlacedFault] = {}
        self.live: tuple[PlacedFault, ...] = ()
        self.reset()

    def add(self, fault: Fault, trigger: Trigger) -> PlacedFault:
        """Set a fault, which acts after those that were set before. Raises FaultError where LIVE_MAX are set."""
        with self._lock:
            self._tidy()
            if len(self.live) >= LIVE_MAX:
                raise FaultError(
                    f"{LIVE_MAX} faults are set; take some away, or reset the mock"
                )
            return self._add(fault, trigger)

    def remove(self, fault_id: int) -> bool:
        """Remove a fault, and return whether it was set."""
        with self._lock:
            found = self._placed.pop(fault_id, None) is not None
            self._tidy()
            return found

    def reset(self, user_id: str | None = None) -> None:
        """Set the starting faults again and end every wait; with a user, only faults and waits for that user."""
        self.waits.end(user_id)
        with self._lock:
            for each in list(self._placed.values()):
                if user_id in (None, each.countdown.trigger.user_id):
                    del self._placed[each.id]
            for fault, trigger in self._starting:
                if user_id in (None, trigger.user_id):
                    self._add(fault, trigger)
            self._tidy()

    def listed(self, user_id: str | None = None) -> list[dict[str, Any]]:
        """Return every fault with its counts, or those for one user, in the order in which they were set."""
        with self._lock:
            now = self._clock()
            return [
                each.as_json(now=now)
                for each in self._placed.values()
                if user_id is None or each.countdown.trigger.user_id == user_id
            ]

    async def around(
        self,
        operation: str,
        user_id: str | None,
        proceed: Callable[[], Awaitable[Answer]],
    ) -> tuple[Delivery, tuple[PlacedFault, ...], Wait]:
        """Pass a call through every fault that acts on it, and to the API where none keeps it back.

        Return the delivery, the faults that acted, and what the call waits on.
        `await proceed()` asks the API.
        """
        call = _Call(self, operation, user_id, proceed)
        return await call.pass_on(), tuple(call.acted), call.wait

    def _add(self, fault: Fault, trigger: Trigger) -> PlacedFault:
        placed = PlacedFault(
            next(self._ids), fault, Countdown(trigger, now=self._clock())
        )
        self._placed[placed.id] = placed
        self.live = (*self.live, placed)
        return placed

    def fires(self, placed: PlacedFault, operation: str, user_id: str | None) -> bool:
        """Count a call where the fault is for it, and return whether the fault acts on it."""
        if not placed.countdown.trigger.matches(operation, user_id):
            return False
        with self._lock:
            now = self._clock()
            fires = placed.id in self._placed and placed.countdown.fires(now=now)
            if not placed.countdown.is_live(now=now):
                self._tidy()
            return fires

    def _tidy(self) -> None:
        now = self._clock()
        placed = self._placed.values()
        self.live = tuple(each for each in placed if each.countdown.is_live(now=now))
        finished = [each.id for each in placed if not each.countdown.is_live(now=now)]
        for each in finished[:-FINISHED_MAX]:
            del self._placed[each]


class _Call:
    """One call that is passed through the faults. It holds no reference to itself, so it is freed as soon as it is answered."""

    def __init__(
        self,
        book: FaultBook,
        operation: str,
        user_id: str | None,
        proceed: Callable[[], Awaitable[Answer]],
    ) -> None:
        self._book = book
        self._operation = operation
        self._user_id = user_id
        self._proceed = proceed
        self._rest = iter(book.live)
        self.acted: list[PlacedFault] = []
        self.wait = book.waits.of(user_id)

    async def pass_on(self) -> Delivery:
        """Let the next fault that fires act on the call, or ask the API where none is left."""
        for each in self._rest:
            if self._book.fires(each, self._operation, self._user_id):
                self.acted.append(each)
                return await each.fault.act(
                    FaultContext(
                        self.pass_on,
                        each.countdown.random,
                        self.wait.pause,
                        self._book.refuse,
                    )
                )
        answer = await self._proceed()
        return Delivery(result=answer, answer=answer)
