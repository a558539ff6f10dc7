"""The attempts that a search may still choose from."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, NamedTuple

from billing_audit.checker.balance_order import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from billing_audit.checker.candidates import Attempt


class Wanted(NamedTuple):
    """What an attempt has to meet to take effect next."""

    room: int  # the most units
    balance: int
    since: Decimal  # the latest that it may have begun
    due: Decimal  # the earliest that its first 409 may have ended


class Pool:
    """Attempts by units, largest first; what is taken is put back in the opposite order."""

    def __init__(self, attempts: Sequence[Attempt]) -> None:
        # Of equal units, the one that is most in a hurry goes first.
        self.attempts = sorted(
            attempts,
            key=lambda each: (-each.units, not each.needed, each.due, each.since),
        )
        self._taken: set[str] = set()
        self._of_ref: dict[str, list[int]] = defaultdict(list)
        for index, attempt in enumerate(self.attempts):
            self._of_ref[attempt.ref].append(index)
        self._lay_out()
        self._due = sorted(
            (each.due, each.ref) for each in self.attempts if each.needed
        )
        self._due_head = 0
        # Without optional 409s, the hurry alone decides between attempts of equal units.
        self._hurry_decides = all(
            each.needed or each.due == NEVER for each in self.attempts
        )
        self.mask = 0  # the set of what is taken, one bit each

    def _lay_out(self) -> None:
        """Make a shelf for each number of units: where it begins, ends, and is still full."""
        self._depths: list[int] = []
        self._heads: list[int] = []
        self._ends: list[int] = []
        self._earliest: list[
            Decimal
        ] = []  # the earliest `since` from here to the shelf's end
        self._shelf_of: list[int] = []
        for units, group in groupby(self.attempts, key=lambda each: each.units):
            since = [each.since for each in group]
            self._shelf_of += [len(self._depths)] * len(since)
            self._depths.append(-units)
            self._heads.append(len(self._earliest))
            self._earliest += list(accumulate(reversed(since), min))[::-1]
            self._ends.append(len(self._earliest))

    def next_due(self) -> Decimal:
        """Give the earliest `due` among the needed refs that have not taken effect yet."""
        while self._due_head < len(self._due):
            due, ref = self._due[self._due_head]
            if ref not in self._taken:
                return due
            self._due_head += 1
        return NEVER

    def take(self, index: int) -> Attempt:
        """Take an attempt, and with it its ref."""
        attempt = self.attempts[index]
        self._taken.add(attempt.ref)
        self.mask |= 1 << index
        shelf = self._shelf_of[index]
        head = self._heads[shelf]
        while head < self._ends[shelf] and self.attempts[head].ref in self._taken:
            head += 1
        self._heads[shelf] = head
        return attempt

    def put_back(self, index: int) -> None:
        """Undo the latest take that was not undone yet."""
        attempt = self.attempts[index]
        self._taken.remove(attempt.ref)
        self.mask ^= 1 << index
        for each in self._of_ref[attempt.ref]:
            shelf = self._shelf_of[each]
            self._heads[shelf] = min(self._heads[shelf], each)
        self._due_head = min(
            self._due_head, bisect_left(self._due, (attempt.due, attempt.ref))
        )

    def candidates(self, wanted: Wanted) -> Iterator[int]:
        """Give what may take effect next, without those that another can stand in for."""
        for shelf in range(bisect_left(self._depths, -wanted.room), len(self._depths)):
            tried: list[Attempt] = []
            for index in range(self._heads[shelf], self._ends[shelf]):
                if self._earliest[index] > wanted.since:
                    break
                attempt = self.attempts[index]
                if self._fits(attempt, wanted) and not self._is_spare(attempt, tried):
                    yield index
                    tried.append(attempt)
                    if self._hurry_decides and attempt.alone:
                        break

    def _fits(self, attempt: Attempt, wanted: Wanted) -> bool:
        return (
            attempt.since <= wanted.since
            and attempt.due >= wanted.due
            and wanted.balance < attempt.ceiling
            and attempt.ref not in self._taken
        )

    def _is_spare(self, attempt: Attempt, tried: list[Attempt]) -> bool:
        """Say that one already tried can take the attempt's part in any order that works."""
        return any(
            other.alone
            and other.due <= attempt.due
            and (other.needed or not attempt.needed)
            and (self._hurry_decides or other.since <= attempt.since)
            for other in tried
        )
