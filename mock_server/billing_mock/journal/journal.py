"""The journal: every request that the mock answered, with the answer and what was sent of it.

Bounded in requests and in bytes; it counts what it had to drop. The key is never in it.
"""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from billing_mock.journal.record import Record

REQUESTS_MAX = 10_000
BYTES_MAX = 64 * 1024 * 1024
# About what a record takes besides its texts, with the parsed fields of a body of usual size.
_RECORD_BYTES = 1400


class Journal:
    """The last requests of one mock. Threads may share it.

    `epoch` is another text after each reset; a page that follows the journal then reads it from the start.
    """

    def __init__(
        self, *, requests_max: int = REQUESTS_MAX, bytes_max: int = BYTES_MAX
    ) -> None:
        self.requests_max = requests_max
        self.bytes_max = bytes_max
        self._lock = Lock()
        self._records: deque[Record] = deque()
        self._bytes = 0
        self._last_id = 0
        self._dropped = 0
        self.epoch = _new_epoch()

    @property
    def held_bytes(self) -> int:
        """Return about how many bytes of memory the records take."""
        return self._bytes

    @property
    def dropped(self) -> int:
        """Return how many requests were dropped since the last reset, the oldest first."""
        return self._dropped

    def append(self, record: Record) -> None:
        """Append a record, and drop the oldest where that is one too many."""
        with self._lock:
            self._last_id += 1
            record.id = self._last_id
            record.size = _size(record)
            self._records.append(record)
            self._bytes += record.size
            while (
                len(self._records) > self.requests_max or self._bytes > self.bytes_max
            ):
                self._bytes -= self._records.popleft().size
                self._dropped += 1

    def records(self, user_id: str | None = None) -> list[Record]:
        """Return the records that it holds, or those about one user, oldest answer first."""
        with self._lock:
            records = list(self._records)
        if user_id is None:
            return records
        return [each for each in records if each.user_id == user_id]

    def reset(self, user_id: str | None = None) -> None:
        """Drop all records, or those about one user. Their ids are not used again."""
        gone = {each.id for each in self.records(user_id)}
        with self._lock:
            self.epoch = _new_epoch()
            if user_id is None:
                self._dropped = 0
            self._records = deque(each for each in self._records if each.id not in gone)
            self._bytes = sum(each.size for each in self._records)


def _new_epoch() -> str:
    return uuid4().hex


def _size(record: Record) -> int:
    return (
        _RECORD_BYTES
        + len(record.path)
        + len(record.query)
        + len(record.body)
        + len(record.delivery.answer.body)
    )
