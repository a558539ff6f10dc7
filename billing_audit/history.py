"""A history: what was asked of a billing service, when, and what it answered.

Histories are JSON lines, in any order, for any number of accounts. The fields of one line are
read in `line_parser`, the operations themselves are in `operations`.
"""

from __future__ import annotations

from array import array
from codecs import BOM_UTF8
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, BinaryIO

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
    "HistoryError",
    "Opening",
    "Operation",
    "as_record",
    "history_of",
    "read_history",
    "write_history",
]

LINE_BYTES_MAX = 65_536


class HistoryError(Exception):
    """An unreadable history: the message names the source, the line, the problem and its remedy."""

    def __init__(self, source: str, line: int, problem: str) -> None:
        super().__init__(f"{source}, line {line}: {problem}")
        self.source = source
        self.line = line
        self.problem = problem


@dataclass(slots=True)
class AccountOperations:
    """One account's part of a history. `lines[i]` is the line that `operations[i]` came from."""

    opening: Opening | None = None
    operations: list[Operation] = field(default_factory=list)
    lines: array[int] = field(default_factory=lambda: array("L"))


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
            account = self.accounts[entry.user_id] = AccountOperations()
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


def read_history(stream: BinaryIO, *, source: str = "history") -> History:
    """Return the history that a stream of JSON lines holds.

    `source` names the stream in messages. Raises HistoryError where a line is no entry.
    """
    history = History()
    number = 0
    while line := stream.readline(LINE_BYTES_MAX):
        number += 1
        if number == 1:
            line = line.removeprefix(BOM_UTF8)
        if not line or line.isspace():
            continue
        try:
            history.add(parse_line(line), line=number)
        except ValueError as problem:
            raise HistoryError(source, number, _cut(line) or str(problem)) from None
    return history


def _cut(line: bytes) -> str | None:
    """Return a message where a line is not whole, which explains whatever else is wrong with it."""
    if len(line) == LINE_BYTES_MAX and not line.endswith(b"\n"):
        return (
            f"the line is longer than {LINE_BYTES_MAX} bytes; "
            "a history has one short JSON object per line"
        )
    if (
        line.endswith(b"\n")
        or line.rstrip().endswith(b"}")
        or not line.startswith(b"{")
    ):
        return None
    return (
        "the file ends in the middle of this line; copy it again, "
        "or delete the line if the recording was stopped there"
    )


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
