"""Searches which indefinite debits took effect, and in what order.

From the top of the account's way down, each gap between known balances is filled with
attempts until they add up to it, and after the last known balance as many are added as the
refusals demand. What may take effect next depends on the balance and on which attempts took
effect before, not on their order: a set of attempts that led nowhere is not tried again, and
neither is an attempt whose part another one, already tried, could take. So the search is
exhaustive, and in practice it seldom has to turn back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from billing_audit.checker.balance_order import ALWAYS, NEVER
from billing_audit.checker.candidate_pool import Pool, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from billing_audit.checker.balance_order import Descent
    from billing_audit.checker.candidates import Attempt


class OutOfStepsError(Exception):
    """The search was given up."""


class Budget:
    """The steps back that a search may still take. Steps forward are few, and free."""

    def __init__(self, steps: int) -> None:
        self.steps = self._left = steps

    def spend(self, steps: int) -> None:
        """Take steps away; raise OutOfStepsError when there are not enough."""
        self._left -= steps
        if self._left < 0:
            raise OutOfStepsError


class Gap(NamedTuple):
    """A fall of the balance to be filled exactly or, without a bottom, as far as needed."""

    top: int
    bottom: int | None


class _State(NamedTuple):
    gap: int
    balance: int
    latest: Decimal  # the latest `since` among the attempts that took effect


class Search:
    """One search through a list of gaps, the last of them without a bottom."""

    def __init__(
        self, descent: Descent, attempts: Sequence[Attempt], gaps: Sequence[Gap]
    ) -> None:
        self._descent = descent
        self._pool = Pool(attempts)
        self._gaps = gaps
        self._dead: set[int] = set()
        self._furthest = 0
        # What a step back costs grows with the sets that are remembered.
        self._price = 1 + len(attempts) // 256

    @property
    def furthest(self) -> Gap:
        """The last gap that the search came to."""
        return self._gaps[self._furthest]

    def run(self, budget: Budget) -> list[Attempt] | None:
        """Give the attempts that took effect, in order, or None when no choice works."""
        pool = self._pool
        chosen: list[int] = []
        state = self._enter(_State(0, self._gaps[0].top, ALWAYS))
        frames = [] if state is None else [(state, self._choices(state))]
        while frames:
            state, choices = frames[-1]
            if self._is_done(state):
                return [pool.attempts[index] for index in chosen]
            index = next(choices, None)
            if index is None:
                frames.pop()
                self._dead.add(pool.mask)
            else:
                chosen.append(index)
                after = self._after(state, pool.take(index))
                if after is not None:
                    frames.append((after, self._choices(after)))
                    continue
            if chosen:
                budget.spend(self._price)
                pool.put_back(chosen.pop())
        return None

    def _choices(self, state: _State) -> Iterator[int]:
        return self._pool.candidates(
            Wanted(
                room=state.balance - (self._gaps[state.gap].bottom or 0),
                balance=state.balance,
                since=min(
                    self._descent.earliest_end(state.balance), self._pool.next_due()
                ),
                due=max(self._descent.latest_start(state.balance), state.latest),
            )
        )

    def _after(self, state: _State, attempt: Attempt) -> _State | None:
        if self._pool.mask in self._dead:
            return None
        return self._enter(
            _State(
                state.gap,
                state.balance - attempt.units,
                max(state.latest, attempt.since),
            )
        )

    def _enter(self, state: _State) -> _State | None:
        """Go on to the next gap when this one is full; None when a 409 was missed on the way."""
        gap, balance, latest = state
        if balance == self._gaps[gap].bottom:
            gap, balance = gap + 1, self._gaps[gap + 1].top
        self._furthest = max(self._furthest, gap)
        if max(self._descent.latest_start(balance), latest) > self._pool.next_due():
            return None
        return _State(gap, balance, latest)

    def _is_done(self, state: _State) -> bool:
        return (
            self._gaps[state.gap].bottom is None
            and self._descent.earliest_end(state.balance) == NEVER
            and self._pool.next_due() == NEVER
        )
