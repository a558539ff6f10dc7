"""How to fix a gateway whose request is outside the contract, by the mistake that its request most likely shows."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote

from billing_contract import load_contract

if TYPE_CHECKING:
    from billing_mock.journal.record import Record

ANY_FIX: Final = "Send what openapi.yaml describes; the answer's body names the field."
KEY_FIX: Final = (
    "Send the key of this mock, whole and unchanged, in the header X-Internal-Key "
    "(a gateway reads it from BILLING_SERVICE_TOKEN). A header named X_Internal_Key is another one."
)
QUERY_FIX: Final = (
    "Send the key in the header X-Internal-Key, and not in the query, which logs keep."
)
_KEY_NAME: Final = re.compile(r"(?i)(x[-_])?(internal[-_])?(api[-_])?key|token")


def likely_fix(record: Record) -> str:
    """Return what to do about a request that the API refused as outside the contract."""
    status = record.delivery.answer.status
    if status == HTTPStatus.UNAUTHORIZED:
        names = [name for name, _ in parse_qsl(record.query, keep_blank_values=True)]
        return QUERY_FIX if any(map(_KEY_NAME.fullmatch, names)) else KEY_FIX
    if status == HTTPStatus.NOT_FOUND:
        tidy = re.sub("/+", "/", unquote(record.path))
        paths = {each.path for each in load_contract().operations.values()}
        if tidy in paths and record.path != tidy:
            return (
                f"Send {tidy} byte by byte: a service knows no other way to write it. A base URL "
                "with a slash at its end, or a proxy that rewrites paths, makes such a mistake."
            )
    return ANY_FIX
