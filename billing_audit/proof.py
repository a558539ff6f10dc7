"""Proves of many accounts at once that some order explains them (extra `fast`). It never says that one is broken.

The known balances of an account, from the highest to the lowest, are its levels. A success
leads from one level to the next; where none does, a lost debit of just that amount may. Every
answered operation then has bounds: the first place that it can have among levels and steps, and
the last. They agree with the times where nothing that ended before an operation began has a
first place behind the last place of that operation; as "ended before the other began" is
transitive, that is enough.

Whatever does not fit this plain form is not proved, and left to the checker.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from billing_audit.model import DUPLICATE, INSUFFICIENT, OK, is_indefinite
from billing_audit.operations import Debit
from billing_audit.success_refs import SuccessRefs

if TYPE_CHECKING:
    from billing_audit.columns import Columns, Flags, Numbers

_OPENING, _DEBIT, _CHECK, _BALANCE = range(4)
_FIRST: Final = 0
_LAST: Final = 1 << 40
_NO_ANSWER: Final = -1


def proved_accounts(columns: Columns) -> Flags:
    """Return for each code of a user whether some order of single steps explains the account."""
    return _Proof(columns).proved()


class _Proof:
    """The levels of all accounts, and the places of their operations.

    `doubtful` has the accounts that something did not fit. Accounts are codes of users.
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.doubtful = np.zeros(columns.users, dtype=bool)
        self._sort_out()
        self.refs = SuccessRefs(columns, self.success)
        self.doubtful[columns.user[self.refs.repeated]] = True
        self._find_levels()

    def proved(self) -> Flags:
        first, last = self._places_of_answers()
        self._fill_gaps(first, last)
        self._bound_refusals(first, last)
        self._compare_with_times(first, last)
        return ~self.doubtful

    def _doubt(self, rows: Flags) -> None:
        """Leave the accounts of these lines to the checker."""
        self.doubtful[self.columns.user[rows]] = True

    def _sort_out(self) -> None:
        """Divide the lines into groups, and doubt every line that is not just as it has to be."""
        own = self.columns
        status = np.where(own.status.given, own.status.values, _NO_ANSWER)
        debit, check = own.kind == _DEBIT, own.kind == _CHECK
        operation = own.kind > _OPENING
        answered = operation & (status != _NO_ANSWER)
        ok = operation & (status == OK)
        self.opening = own.kind == _OPENING
        self.success = debit & ok
        self.reading = ok & ~debit
        self.refused = debit & (status == INSUFFICIENT)
        self.duplicate = debit & (status == DUPLICATE)
        self.lost = debit & np.isin(status, _indefinite_statuses(status))
        self.status = status
        needs_units = debit | check
        self._doubt(
            (own.kind < 0)
            | (operation & ~own.start.given)
            | (operation & (own.end.given != (status != _NO_ANSWER)))
            | (answered & ((status < 100) | (status > 599)))  # noqa: PLR2004  statuses of HTTP
            | (answered & (own.end.values < own.start.values))
            | (needs_units & (~own.units.given | (own.units.values < 0)))
            | (debit & ((own.ref == 0) | (own.units.values == 0)))
            | ((ok | self.opening) & (~own.balance.given | (own.balance.values < 0)))
            | (check & ok & ~own.allowed.given)
            | (
                check
                & ok
                & (own.allowed.values != (own.balance.values >= own.units.values))
            )
        )
        opened = np.bincount(own.user[self.opening], minlength=own.users)
        self.doubtful |= opened > 1
        self.is_opened = opened > 0

    def _find_levels(self) -> None:
        """Number the known balances of each account from the highest down, through all accounts."""
        own = self.columns
        success = np.flatnonzero(self.success)
        shown = np.flatnonzero(self.success | self.reading | self.opening)
        user = np.concatenate([own.user[shown], own.user[success]])
        fall = -np.concatenate(
            [
                own.balance.values[shown],
                (own.balance.values + own.units.values)[success],
            ]
        )
        order = np.lexsort((fall, user))
        user, fall = user[order], fall[order]
        new = np.ones(len(order), dtype=bool)
        new[1:] = (user[1:] != user[:-1]) | (fall[1:] != fall[:-1])
        level = np.cumsum(new) - 1
        self.level_user, self.level_balance = user[new], -fall[new]
        back = np.empty(len(order), dtype=np.int64)
        back[order] = level
        self.level = np.full(len(own.kind), -1, dtype=np.int64)
        self.level[shown] = back[: len(shown)]
        leaves = back[len(shown) :]
        self._doubt_rows(success, self.level[success] != leaves + 1)
        self.step_taken = np.zeros(len(self.level_user) + 1, dtype=np.int64)
        np.add.at(self.step_taken, leaves, 1)
        twice = self.step_taken[:-1] > 1
        self.doubtful[self.level_user[twice]] = True
        self._find_gaps()

    def _find_gaps(self) -> None:
        """Note the levels from which no success leads to the next one of the account."""
        top = np.ones(len(self.level_user), dtype=bool)
        top[1:] = self.level_user[1:] != self.level_user[:-1]
        opening = np.flatnonzero(self.opening)
        self._doubt_rows(opening, ~top[self.level[opening]])
        bottom = np.append(top[1:], True)
        self.gaps = np.flatnonzero(~bottom & (self.step_taken[:-1] == 0))

    def _doubt_rows(self, rows: Numbers, doubtful: Flags) -> None:
        self.doubtful[self.columns.user[rows[doubtful]]] = True

    def _places_of_answers(self) -> tuple[Numbers, Numbers]:
        """Return the first and the last place of each line: a level is an odd place, a step an even one."""
        first = np.full(len(self.columns.kind), _FIRST, dtype=np.int64)
        last = np.full(len(first), _LAST, dtype=np.int64)
        at_level = self.reading | self.opening
        first[at_level] = last[at_level] = 2 * self.level[at_level] + 1
        first[self.success] = last[self.success] = 2 * self.level[self.success]
        return first, last

    def _fill_gaps(self, first: Numbers, last: Numbers) -> None:
        """Let a lost debit of just its amount fill each gap, the one that started first."""
        self.filled: list[int] = []
        candidates = self._candidates()
        for gap in self.gaps.tolist():
            user = int(self.level_user[gap])
            amount = int(self.level_balance[gap] - self.level_balance[gap + 1])
            rows = candidates.get((user, amount))
            if not rows:
                self.doubtful[user] = True
                continue
            row = rows.pop()
            self.filled.append(row)
            first[row] = last[row] = 2 * gap + 2
        filled = np.array(self.filled, dtype=np.int64)
        _, at, uses = np.unique(
            self.refs.keys(filled), return_index=True, return_counts=True
        )
        self._doubt_rows(filled[at], uses > 1)

    def _candidates(self) -> dict[tuple[int, int], list[int]]:
        """Return the lost debits whose ref no success has, by account and units, the first to start last."""
        own = self.columns
        in_gap = np.zeros(own.users, dtype=bool)
        in_gap[self.level_user[self.gaps]] = True
        lost = np.flatnonzero(self.lost & in_gap[own.user])
        lost = lost[self._levels_of_refs(lost) < 0]
        lost = lost[np.argsort(-own.start.values[lost], kind="stable")]
        found: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for row in lost.tolist():
            found[int(own.user[row]), int(own.units.values[row])].append(row)
        return found

    def _bound_refusals(self, first: Numbers, last: Numbers) -> None:
        """Bound the 403s and the 409s by the balances that they need and by the success of their ref."""
        own = self.columns
        lost_refs = set(self.refs.keys(np.flatnonzero(self.lost)).tolist())
        refused_refs = set(self.refs.keys(np.flatnonzero(self.refused)).tolist())
        rows = np.flatnonzero(self.refused | self.duplicate)
        of_ref = zip(
            rows.tolist(),
            self.refs.keys(rows).tolist(),
            self._levels_of_refs(rows).tolist(),
            strict=True,
        )
        for row, ref, step in of_ref:
            user = int(own.user[row])
            if self.refused[row]:
                level = self._first_level_below(user, int(own.units.values[row]))
                self.doubtful[user] |= level is None or ref in lost_refs
                first[row] = 2 * (level or 0) + 1
                last[row] = _LAST if step < 0 else 2 * step - 1
            elif step >= 0:
                first[row] = 2 * step + 1
            else:
                is_from_before = not self.is_opened[user]
                is_from_before &= ref not in lost_refs and ref not in refused_refs
                self.doubtful[user] |= not is_from_before

    def _first_level_below(self, user: int, units: int) -> int | None:
        begin, end = np.searchsorted(self.level_user, [user, user + 1])
        below = np.searchsorted(-self.level_balance[begin:end], -units, side="right")
        return int(begin + below) if begin + below < end else None

    def _levels_of_refs(self, rows: Numbers) -> Numbers:
        """Return the level that the success with the ref of each line reached, -1 where there is none."""
        found = self.refs.rows_with_ref_of(rows)
        return np.where(found < 0, -1, self.level[found])

    def _compare_with_times(self, first: Numbers, last: Numbers) -> None:
        """Doubt the accounts where what ended before an operation began has to come after it."""
        own = self.columns
        self._doubt(first > last)
        bounded = self.success | self.reading | self.refused | self.duplicate
        filled = np.zeros(len(first), dtype=bool)
        filled[self.filled] = True
        ends, starts = np.flatnonzero(bounded), np.flatnonzero(bounded | filled)
        user = np.concatenate([own.user[starts], own.user[ends]])
        time = np.concatenate([own.start.values[starts], own.end.values[ends]])
        is_end = np.concatenate(
            [np.zeros(len(starts), dtype=bool), np.ones(len(ends), dtype=bool)]
        )
        # Places grow from account to account, so the largest one so far is this account's or none.
        place = np.concatenate([np.full(len(starts), _FIRST), first[ends]])
        order = np.lexsort((is_end, time, user))
        largest = np.maximum.accumulate(np.where(is_end[order], place[order], _FIRST))
        begun = order < len(starts)
        behind = largest[begun] > last[starts[order[begun]]]
        late = starts[order[begun]][behind]
        self.doubtful[own.user[late]] = True


def _indefinite_statuses(status: Numbers) -> list[int]:
    """Return those of these statuses after which a debit may have taken effect."""
    return [
        each
        for each in np.unique(status).tolist()
        if is_indefinite(
            Debit("", 0, "", 0, 0, None if each == _NO_ANSWER else each)  # type: ignore[arg-type]
        )
    ]
