"""The fields of --extra-field, put into bodies of every form: fields, JSON text that may be broken, forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from billing_contract import render_json

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRST_OBJECT = re.compile(rb"\{(?=\s*([\"'}]))")
_FORM = re.compile(rb"\w+=")


def add_to_fields(fields: Any, extra: Mapping[str, Any]) -> Any:
    """Return a JSON value with the extra fields, where it is an object; any other value as it is."""
    return {**fields, **extra} if isinstance(fields, dict) else fields


def add_to_bytes(body: bytes, extra: Mapping[str, Any]) -> bytes:
    """Return a hand-written body with the extra fields: in its first object, or at the end of a form.

    What is wrong with the body stays wrong. A body that holds neither an object nor a form is
    returned as it is.
    """
    if not extra:
        return body
    if _FORM.match(body):
        return body + b"&" + urlencode(extra).encode()
    found = _FIRST_OBJECT.search(body)
    if found is None:
        return body
    more = render_json(dict(extra))[1:-1] + (b"" if found[1] == b"}" else b", ")
    return body[: found.end()] + more + body[found.end() :]
