"""The successes of many accounts by their ref (extra `fast`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from billing_audit.columns import Columns, Flags, Numbers


class SuccessRefs:
    """An index of the lines that are successes, by account and ref.

    `repeated` are the lines of those that have the account and the ref of another one.
    """

    def __init__(self, columns: Columns, success: Flags) -> None:
        self._columns = columns
        rows = np.flatnonzero(success)
        keys = self.keys(rows)
        order = np.argsort(keys, kind="stable")
        self._keys, self._rows = keys[order], rows[order]
        self.repeated: Numbers = self._rows[1:][self._keys[1:] == self._keys[:-1]]

    def keys(self, rows: Numbers) -> Numbers:
        """Return a number for each line that is equal where account and ref are."""
        own = self._columns
        keys: Numbers = own.user[rows] * own.refs + own.ref[rows]
        return keys

    def rows_with_ref_of(self, rows: Numbers) -> Numbers:
        """Return the line of the success with the account and ref of each line, -1 where there is none."""
        if not len(self._keys):
            return np.full(len(rows), -1, dtype=np.int64)
        keys = self.keys(rows)
        at = np.searchsorted(self._keys, keys)
        at[at == len(self._keys)] = 0
        return np.where(self._keys[at] == keys, self._rows[at], -1)
