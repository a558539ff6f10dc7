"""The fields of a request that faults, journal and findings use, whatever else is wrong with the request."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

NAMES_MAX: Final = 50


class RequestFields(NamedTuple):
    """The fields user_id, units (in units of money), ref and reason of a request.

    A field is None where it is absent or of another type. `names` are the names of all fields, at
    most NAMES_MAX of them.
    """

    user_id: str | None
    units: Decimal | None
    ref: str | None
    reason: str | None
    names: frozenset[str]


NO_FIELDS: Final = RequestFields(None, None, None, None, frozenset())


def fields_of_json(value: Any) -> RequestFields:
    """Return the fields of a parsed body; NO_FIELDS where it is no object."""
    return _fields(value) if isinstance(value, dict) else NO_FIELDS


def fields_of_query(query: str) -> RequestFields:
    """Return the fields of a raw query string; of a name that stands several times, the first value."""
    pairs = parse_qsl(query, keep_blank_values=True, errors="replace")
    return _fields(dict(reversed(pairs)))


def _fields(values: dict[str, Any]) -> RequestFields:
    units = values.get("units")
    return RequestFields(
        _text(values.get("user_id")),
        units if isinstance(units, Decimal) else None,
        _text(values.get("ref")),
        _text(values.get("reason")),
        frozenset(itertools.islice(values, NAMES_MAX)),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
