"""When a fault acts: on which calls, how often, for how long, with which probability."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random, SystemRandom

_SEEDS = SystemRandom()


def _new_seed() -> int:
    return _SEEDS.getrandbits(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """On which calls a fault acts. None stands for any, or for no end.

    `operation` is check, debit, balance, credit or plan. The first `skip` matching calls pass;
    then it acts `times` times, for `for_seconds` after it was set, each time with `probability`.
    Random numbers are drawn from `seed`, so a run can be repeated.
    """

    operation: str | None = None
    user_id: str | None = None
    times: int | None = None
    skip: int = 0
    for_seconds: float | None = None
    probability: float = 1.0
    seed: int = field(default_factory=_new_seed)

    def matches(self, operation: str, user_id: str | None) -> bool:
        """Return whether the trigger is for calls of this operation and user."""
        return self.operation in (None, operation) and self.user_id in (None, user_id)


class Countdown:
    """The counts of one trigger: how many calls matched, and how many the fault acted on. Callers hold a lock."""

    def __init__(self, trigger: Trigger, *, now: float) -> None:
        self.trigger = trigger
        self.random = Random(trigger.seed)  # noqa: S311  a run must be repeatable, not secret
        self.matched = 0
        self.fired = 0
        self._ends = None if trigger.for_seconds is None else now + trigger.for_seconds

    def fires(self, *, now: float) -> bool:
        """Count a matching call, and return whether the fault acts on it. `now` is in seconds of a monotonic clock."""
        if not self.is_live(now=now):
            return False
        self.matched += 1
        if self.matched <= self.trigger.skip:
            return False
        if self.random.random() >= self.trigger.probability:
            return False
        self.fired += 1
        return True

    def is_live(self, *, now: float) -> bool:
        """Return whether the fault can still act. `now` is in seconds of a monotonic clock."""
        spent = self.trigger.times is not None and self.fired >= self.trigger.times
        return not spent and not self.is_over(now=now)

    def is_over(self, *, now: float) -> bool:
        """Return whether its time is over. `now` is in seconds of a monotonic clock."""
        return self._ends is not None and now >= self._ends
