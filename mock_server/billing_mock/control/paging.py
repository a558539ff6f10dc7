"""Pages of a list: bounded in entries and in bytes, with a link to the next one."""

from __future__ import annotations

from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_mock.journal.record import Record

ENTRIES_MAX: Final = 1000
# Of records as the journal counts them; as JSON text they may be six times as many.
BYTES_MAX: Final = 4 << 20


def first_page(records: Sequence[Record]) -> Sequence[Record]:
    """Return the first records that one answer may hold, at least one of them where there are any."""
    sizes = accumulate(map(attrgetter("size"), records[:ENTRIES_MAX]))
    fitting = sum(1 for size in sizes if size <= BYTES_MAX)
    return records[: max(fitting, 1)]


def last_page(records: Sequence[Record]) -> Sequence[Record]:
    """Return the last records that one answer may hold, at least one of them where there are any."""
    return first_page(records[::-1])[::-1]


def link_with(name: str, value: int) -> str:
    """Return path and query of the current request, with this parameter in the place of its own."""
    query = {**request.args.to_dict(), name: str(value)}
    return f"{request.path}?{urlencode(query)}"
