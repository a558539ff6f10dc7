"""Refusals that a server of HTTP may give to what is larger than a gateway ever sends."""

from __future__ import annotations

from http.client import REQUEST_ENTITY_TOO_LARGE, REQUEST_URI_TOO_LONG
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from billing_verify.client.exchange import Call, Response

_USUAL_BYTES: Final = 1024


def is_refused_for_size(call: Call, response: Response) -> bool:
    """Return whether the body or the address is above 1 KiB, and the status says that it is too large."""
    sizes = {
        REQUEST_ENTITY_TOO_LARGE: len(call.body or b""),
        REQUEST_URI_TOO_LONG: len(call.url),
    }
    return sizes.get(response.status, 0) > _USUAL_BYTES
