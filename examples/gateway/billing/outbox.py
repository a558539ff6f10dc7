"""The debits that this gateway still has to send, on disk, so that they survive the end of the process."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from .debit import Debit

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_TABLE = """
CREATE TABLE IF NOT EXISTS debits (
    ref TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    units TEXT NOT NULL,
    reason TEXT NOT NULL,
    refusal TEXT
)
"""


class OutboxInUseError(Exception):
    """Another process has this outbox open. Two would send each other's debits: give each a file of its own."""


class Outbox:
    """A file of debits, open in this process only. Each call is one commit, on the disk when it returns.

    Raises OutboxInUseError when another process has the file open.
    """

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, timeout=0, isolation_level=None)
        try:
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._database.execute("BEGIN EXCLUSIVE")
            self._database.execute(_TABLE)
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            self._database.close()
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise OutboxInUseError(f"{path}: {error}") from error

    def add(self, debit: Debit) -> None:
        """Store a debit. Call it before the debit is sent."""
        self._database.execute(
            "INSERT INTO debits (ref, user_id, units, reason) VALUES (?, ?, ?, ?)",
            (debit.ref, debit.user_id, str(debit.units), debit.reason),
        )

    def settle(self, ref: str) -> None:
        """Delete a debit that was charged."""
        self._database.execute("DELETE FROM debits WHERE ref = ?", (ref,))

    def refuse(self, ref: str, refusal: str) -> None:
        """Mark a debit as refused, with the service's answer: it stays for people to look at and is not sent again."""
        self._database.execute(
            "UPDATE debits SET refusal = ? WHERE ref = ?", (refusal, ref)
        )

    def owed(self) -> list[Debit]:
        """Return the debits that are not known to be charged or refused, oldest first."""
        rows = self._database.execute(
            "SELECT ref, user_id, units, reason FROM debits WHERE refusal IS NULL ORDER BY rowid"
        )
        return [
            Debit(ref=ref, user_id=user_id, units=Decimal(units), reason=reason)
            for ref, user_id, units, reason in rows
        ]

    def refused(self) -> dict[str, str]:
        """Return the service's answers to the refused debits, by ref: work that nobody paid."""
        rows = self._database.execute(
            "SELECT ref, refusal FROM debits WHERE refusal IS NOT NULL ORDER BY rowid"
        )
        return dict(rows.fetchall())

    def close(self) -> None:
        """Close the file, so that another process can open it."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
