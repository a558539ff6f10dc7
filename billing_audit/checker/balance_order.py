"""The order of an account's balances: those that are known, the gaps between them, and time.

An operation that has to reach v stands after every operation that has to leave from more
than v, so it must not have ended before one of those began. "Ended before the other began" is
transitive: places that agree for every two operations agree as a whole. And two operations
disagree at some balance exactly when, there, the latest start among those that leave from it
or above is later than the earliest end among those that reach below it.

Starting and ending at the same time counts as concurrent.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from decimal import Decimal
from itertools import accumulate, compress, count, repeat
from operator import gt, neg
from typing import TYPE_CHECKING, Final

from billing_audit.checker.account_history import end_of
from billing_audit.checker.contradictions import (
    AboveOpening,
    ContradictionError,
    Crossing,
    RefusedTooSoon,
    SameSource,
    TooLate,
)

if TYPE_CHECKING:
    from billing_audit.checker.account_history import AccountHistory

NEVER: Final = Decimal("Infinity")
ALWAYS: Final = Decimal("-Infinity")


class BalanceOrder:
    """The balances that one account's answered operations show, from the highest to the lowest.

    Indefinite debits have no part in it. Where they are needed, they have to fill `gaps`, the
    falls between two of the `known` balances that no success explains. Raises
    ContradictionError where the answered operations alone have no order, and ValueError for an
    answer without an end.
    """

    def __init__(self, history: AccountHistory) -> None:
        self.known: list[int] = []
        self.gaps: list[tuple[int, int]] = []
        self._history = history
        self._bound()
        balances = sorted(self._starts.keys() | self._ends.keys(), reverse=True)
        self._open(balances)
        self._connect(balances)
        self._compare(balances)

    def latest_start(self, balance: int) -> Decimal:
        """Return the latest start among the operations that leave from `balance` or above."""
        return self._latest[bisect_right(self._depths, -balance)]

    def earliest_end(self, balance: int) -> Decimal:
        """Return the earliest end among the operations that reach below `balance`."""
        return self._earliest[bisect_right(self._depths, -balance)]

    def _bound(self) -> None:
        """Collect the latest start of what leaves from a balance, the earliest end of what reaches it."""
        history = self._history
        debits = history.charged.values()
        self._steps = dict(zip(history.leaves, history.reaches, strict=True))
        if len(self._steps) < len(debits):
            raise ContradictionError(SameSource(max(_occurring_twice(history.leaves))))
        began = [debit.start for debit in debits]
        starts = self._starts = dict(zip(history.leaves, began, strict=True))
        # Where two successes reach one balance, `_connect` finds more than one end wrong.
        ends = self._ends = dict(zip(history.reaches, map(end_of, debits), strict=True))
        for place in history.others():
            operation, reach, leave = place
            end = end_of(operation)
            if end < ends.setdefault(reach, end):
                ends[reach] = end
            if leave is not None:
                if reach < leave:
                    raise ContradictionError(RefusedTooSoon(place))
                if operation.start > starts.setdefault(leave, operation.start):
                    starts[leave] = operation.start

    def _open(self, balances: list[int]) -> None:
        """Begin the known balances with the opening, if the history has one."""
        opening = self._history.opening
        if opening is None:
            return
        highest = next((each for each in balances if each in self._starts), opening)
        if highest > opening:
            raise ContradictionError(AboveOpening(highest, opening))
        self.known.append(opening)

    def _connect(self, balances: list[int]) -> None:
        """Collect the known balances downwards, and the gaps between two that no success connects."""
        known = self.known
        landing = None
        for balance in balances:
            if balance != landing:
                if balance not in self._starts:
                    continue  # only a refusal reaches it; the account may never have held it
                if landing is not None:
                    raise ContradictionError(Crossing(known[-1], balance))
                if known and known[-1] != balance:
                    self.gaps.append((known[-1], balance))
            if not known or known[-1] != balance:
                known.append(balance)
            landing = self._steps.get(balance)

    def _compare(self, balances: list[int]) -> None:
        """Compare starts and ends at every balance, and keep them for the search."""
        latest = map(self._starts.get, balances, repeat(ALWAYS))
        earliest = map(self._ends.get, reversed(balances), repeat(NEVER))
        self._depths = list(map(neg, balances))
        self._latest = list(accumulate(latest, max, initial=ALWAYS))
        self._earliest = list(accumulate(earliest, min, initial=NEVER))[::-1]
        late = next(compress(count(), map(gt, self._latest, self._earliest)), None)
        if late is not None:
            start, end = self._latest[late], self._earliest[late]
            balance = balances[late - 1]
            raise ContradictionError(TooLate(balance, start, end))


def _occurring_twice(balances: list[int]) -> list[int]:
    return [balance for balance, times in Counter(balances).items() if times > 1]
