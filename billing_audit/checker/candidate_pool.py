"""The candidates that a search may still choose from."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, NamedTuple

from billing_audit.checker.balance_order import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from billing_audit.checker.candidates import Candidate
    from billing_audit.checker.step_limit import StepLimit


class Constraint(NamedTuple):
    """What a candidate has to meet to take effect next."""

    units_max: int
    balance: int  # its ceiling has to be above this
    not_before_max: Decimal
    deadline_min: Decimal


class CandidatePool:
    """Candidates by units, largest first; what is taken is put back in the opposite order.

    Every loop over candidates counts its looks with `limit`, and may so raise OutOfStepsError.
    """

    def __init__(self, candidates: Sequence[Candidate], limit: StepLimit) -> None:
        self._limit = limit
        # Of equal units, the one with the earliest deadline goes first.
        self.candidates = sorted(
            candidates,
            key=lambda each: (
                -each.units,
                not each.needed,
                each.deadline,
                each.not_before,
            ),
        )
        self._taken: set[str] = set()
        self._of_ref: dict[str, list[int]] = defaultdict(list)
        for index, candidate in enumerate(self.candidates):
            self._of_ref[candidate.ref].append(index)
        self._make_buckets()
        self._deadlines = sorted(
            (each.deadline, each.ref) for each in self.candidates if each.needed
        )
        self._deadline_head = 0
        # Without optional 409s, deadline order alone decides between candidates of equal units.
        self._deadline_decides = all(
            each.needed or each.deadline == NEVER for each in self.candidates
        )
        self.mask = 0  # the set of what is taken, one bit each

    def _make_buckets(self) -> None:
        """Make a bucket for each number of units: its begin, its end, its first one not taken."""
        self._depths: list[int] = []
        self._heads: list[int] = []
        self._ends: list[int] = []
        # The earliest `not_before` from an index to the end of its bucket.
        self._earliest: list[Decimal] = []
        self._bucket_of: list[int] = []
        for units, group in groupby(self.candidates, key=lambda each: each.units):
            not_before = [each.not_before for each in group]
            self._bucket_of += [len(self._depths)] * len(not_before)
            self._depths.append(-units)
            self._heads.append(len(self._earliest))
            self._earliest += list(accumulate(reversed(not_before), min))[::-1]
            self._ends.append(len(self._earliest))

    def next_deadline(self) -> Decimal:
        """Return the earliest deadline among the needed refs that have not taken effect yet."""
        while self._deadline_head < len(self._deadlines):
            deadline, ref = self._deadlines[self._deadline_head]
            if ref not in self._taken:
                return deadline
            self._limit.look(1)
            self._deadline_head += 1
        return NEVER

    def take(self, index: int) -> Candidate:
        """Take a candidate, and with it its ref. Returns the candidate."""
        candidate = self.candidates[index]
        self._taken.add(candidate.ref)
        self.mask |= 1 << index
        bucket = self._bucket_of[index]
        head = self._heads[bucket]
        while head < self._ends[bucket] and self.candidates[head].ref in self._taken:
            self._limit.look(1)
            head += 1
        self._heads[bucket] = head
        return candidate

    def put_back(self, index: int) -> None:
        """Undo the latest take that was not undone yet."""
        candidate = self.candidates[index]
        self._taken.remove(candidate.ref)
        self.mask ^= 1 << index
        self._limit.look(len(self._of_ref[candidate.ref]))
        for each in self._of_ref[candidate.ref]:
            bucket = self._bucket_of[each]
            self._heads[bucket] = min(self._heads[bucket], each)
        self._deadline_head = min(
            self._deadline_head,
            bisect_left(self._deadlines, (candidate.deadline, candidate.ref)),
        )

    def choices(self, constraint: Constraint) -> Iterator[int]:
        """Yield the indexes of what may take effect next, without those that another can replace."""
        first = bisect_left(self._depths, -constraint.units_max)
        self._limit.look(len(self._depths) - first)
        for bucket in range(first, len(self._depths)):
            yield from self._choices_of_equal_units(bucket, constraint)

    def _choices_of_equal_units(
        self, bucket: int, constraint: Constraint
    ) -> Iterator[int]:
        tried: list[Candidate] = []
        index = looked = self._heads[bucket]
        for index in range(looked, self._ends[bucket]):
            if self._earliest[index] > constraint.not_before_max:
                break
            candidate = self.candidates[index]
            if not self._fits(candidate, constraint):
                continue
            self._limit.look(index - looked + 1 + len(tried))
            looked = index + 1
            if not self._is_redundant(candidate, tried):
                yield index
                tried.append(candidate)
                if self._deadline_decides and candidate.alone:
                    return
        self._limit.look(index - looked + 1)

    def _fits(self, candidate: Candidate, constraint: Constraint) -> bool:
        return (
            candidate.not_before <= constraint.not_before_max
            and candidate.deadline >= constraint.deadline_min
            and constraint.balance < candidate.ceiling
            and candidate.ref not in self._taken
        )

    def _is_redundant(self, candidate: Candidate, tried: list[Candidate]) -> bool:
        """Return whether one already tried can replace the candidate in any order that works."""
        return any(
            other.alone
            and other.deadline <= candidate.deadline
            and (other.needed or not candidate.needed)
            and (self._deadline_decides or other.not_before <= candidate.not_before)
            for other in tried
        )
