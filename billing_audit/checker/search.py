"""Searches which indefinite debits took effect, and in what order.

From the highest balance downwards, each gap between known balances is filled with candidates
until they add up to it, and after the last known balance as many are added as the refusals
require. What may take effect next depends on the balance and on which candidates took effect
before, not on their order: a set of candidates that led nowhere is not tried again, and neither
is a candidate that another one, already tried, could replace. So the search is exhaustive, and
in practice it seldom has to step back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from billing_audit.checker.balance_order import ALWAYS, NEVER
from billing_audit.checker.candidate_pool import Constraint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from billing_audit.checker.balance_order import BalanceOrder
    from billing_audit.checker.candidate_pool import CandidatePool
    from billing_audit.checker.candidates import Candidate
    from billing_audit.checker.step_limit import StepLimit


class Gap(NamedTuple):
    """A fall of the balance to be filled exactly or, where `bottom` is None, as far as needed."""

    top: int
    bottom: int | None


class _Position(NamedTuple):
    gap: int
    balance: int
    latest: Decimal  # the latest `not_before` among the candidates that took effect


class Search:
    """One search through a list of gaps, the last of them without a bottom.

    Where a gap is `before` the others, the search begins with it, and goes on with the others at
    their own top, since successes may lie between. The pool is whole again where a search found nothing, and may be given to another one.
    """

    def __init__(
        self,
        order: BalanceOrder,
        pool: CandidatePool,
        gaps: Sequence[Gap],
        before: Gap | None = None,
    ) -> None:
        self._order = order
        self._pool = pool
        self._gaps = gaps
        self._first = before or Gap(gaps[0].top, gaps[0].top)
        self._dead: set[int] = set()
        self._furthest = -1
        # What a step back costs grows with the sets that are remembered.
        self._price = 1 + len(pool.candidates) // 256

    @property
    def furthest(self) -> Gap:
        """Return the last gap that the search came to."""
        return self._gaps[max(self._furthest, 0)]

    def run(self, limit: StepLimit) -> list[Candidate] | None:
        """Return the candidates that took effect, in order, or None when no choice works.

        Raises OutOfStepsError when the limit is reached.
        """
        pool = self._pool
        chosen: list[int] = []
        position = self._enter(_Position(-1, self._first.top, ALWAYS))
        frames = [] if position is None else [(position, self._choices(position))]
        while frames:
            position, choices = frames[-1]
            if self._is_done(position):
                return [pool.candidates[index] for index in chosen]
            index = next(choices, None)
            if index is None:
                frames.pop()
                self._dead.add(pool.mask)
            else:
                chosen.append(index)
                after = self._after(position, pool.take(index))
                if after is not None:
                    frames.append((after, self._choices(after)))
                    continue
            if chosen:
                limit.spend(self._price)
                pool.put_back(chosen.pop())
        return None

    def _gap(self, index: int) -> Gap:
        return self._first if index < 0 else self._gaps[index]

    def _choices(self, position: _Position) -> Iterator[int]:
        return self._pool.choices(
            Constraint(
                units_max=position.balance - (self._gap(position.gap).bottom or 0),
                balance=position.balance,
                not_before_max=min(
                    self._order.earliest_end(position.balance),
                    self._pool.next_deadline(),
                ),
                deadline_min=max(
                    self._order.latest_start(position.balance), position.latest
                ),
            )
        )

    def _after(self, position: _Position, candidate: Candidate) -> _Position | None:
        if self._pool.mask in self._dead:
            return None
        return self._enter(
            _Position(
                position.gap,
                position.balance - candidate.units,
                max(position.latest, candidate.not_before),
            )
        )

    def _enter(self, position: _Position) -> _Position | None:
        """Return the position, in the next gap when this one is full; None where a deadline is missed."""
        gap, balance, latest = position
        if balance == self._gap(gap).bottom:
            gap, balance = gap + 1, self._gaps[gap + 1].top
        self._furthest = max(self._furthest, gap)
        if max(self._order.latest_start(balance), latest) > self._pool.next_deadline():
            return None
        return _Position(gap, balance, latest)

    def _is_done(self, position: _Position) -> bool:
        return (
            self._gap(position.gap).bottom is None
            and self._order.earliest_end(position.balance) == NEVER
            and self._pool.next_deadline() == NEVER
        )
