"""When a plan expires, as text: a date-time with a zone, or a number of days from now."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_RFC3339: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_DAYS: Final = re.compile(r"([+-]\d{1,5})d", re.ASCII)


def read_expiry(text: str, now: datetime) -> str:
    """Return the expiry as an answer of getBalance holds it (document, 3. Получение баланса).

    Text such as `+30d` is so many days after `now`, which has a zone. Raises ValueError for any
    other text that is no date-time of RFC 3339 with its zone.
    """
    days = _DAYS.fullmatch(text)
    if days is not None:
        moment = now.astimezone(UTC) + timedelta(days=int(days[1]))
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if _RFC3339.fullmatch(text) is None or not _is_in_the_calendar(text):
        raise ValueError(
            f"must be a date-time with a zone such as 2030-01-31T10:00:00Z, or days from now such as +30d, not {text!r}"
        )
    return text


def _is_in_the_calendar(text: str) -> bool:
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True
