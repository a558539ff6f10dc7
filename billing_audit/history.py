"""A history: what was asked of a billing service, when, and what it answered.

Histories are JSON lines, in any order, for any number of accounts. The fields of one line are
read in `line_parser`, the operations themselves are in `operations`.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

import simplejson

from billing_audit.line_parser import parse_line
from billing_audit.operations import (
    Balance,
    Check,
    Debit,
    Entry,
    Opening,
    Operation,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "AccountOperations",
    "Balance",
    "Check",
    "Debit",
    "Entry",
    "History",
    "LineError",
    "Opening",
    "Operation",
    "as_record",
    "history_of",
    "read_history",
    "write_history",
]


class LineError(Exception):
    """A line of a history that is no entry: its number, the line itself, and the problem in words."""

    def __init__(self, number: int, line: bytes, problem: str) -> None:
        super().__init__(number, line, problem)
        self.number = number
        self.line = line
        self.problem = problem


@dataclass(slots=True)
class AccountOperations:
    """One account's part of a history.

    `lines[i]` is the number of the line that `operations[i]` came from, `first_line` that of the
    first line, openings included.
    """

    first_line: int
    opening: Opening | None = None
    operations: list[Operation] = field(default_factory=list)
    lines: array[int] = field(default_factory=lambda: array("Q"))


@dataclass(slots=True)
class History:
    """The operations of each account by user_id, in the order in which accounts first appear."""

    accounts: dict[str, AccountOperations] = field(default_factory=dict)

    @property
    def operation_count(self) -> int:
        """Return how many operations all accounts have, openings not counted."""
        return sum(len(account.operations) for account in self.accounts.values())

    def add(self, entry: Entry, *, line: int = 0) -> None:
        """Add one entry. Raises ValueError for a second opening of an account."""
        account = self.accounts.get(entry.user_id)
        if account is None:
            account = self.accounts[entry.user_id] = AccountOperations(line)
        if not isinstance(entry, Opening):
            account.operations.append(entry)
            account.lines.append(line)
        elif account.opening is None:
            account.opening = entry
        else:
            raise ValueError(
                "a second opening of this account; an account opens once, so leave one of the two lines out"
            )


def history_of(entries: Iterable[Entry]) -> History:
    """Return a history of the entries, with line numbers as `write_history` would give them."""
    history = History()
    for line, entry in enumerate(entries, start=1):
        history.add(entry, line=line)
    return history


def read_history(numbered_lines: Iterable[tuple[int, bytes]]) -> History:
    """Return the history that JSON lines hold, each given with its number; blank ones are passed over.

    Raises LineError where a line is no entry.
    """
    history = History()
    for number, line in numbered_lines:
        if not line or line.isspace():
            continue
        try:
            history.add(parse_line(line), line=number)
        except ValueError as problem:
            raise LineError(number, line, str(problem)) from None
    return history


def write_history(entries: Iterable[Entry], stream: IO[str]) -> None:
    """Write one JSON line per entry."""
    for entry in entries:
        stream.write(simplejson.dumps(as_record(entry), use_decimal=True) + "\n")


def as_record(entry: Entry) -> dict[str, object]:
    """Return the JSON object of an entry, without the fields that its answer did not have."""
    record: dict[str, object] = {"op": type(entry).__name__.lower()}
    for name in entry.__struct_fields__:
        value = getattr(entry, name)
        if value is not None or name in {"end", "status"}:
            record[name] = value
    return record
