"""Who may use the control plane.

It is meant for the developer and his tests. A web page in his browser must not reach it: writes
need a JSON content type, and on loopback the Host header must name this machine. A browser sends an
empty POST of any page without asking; such a one is known by its Origin header.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from flask import request

from billing_mock.api.answer import JSON
from billing_mock.control.json_http import ControlError

if TYPE_CHECKING:
    from billing_mock.config.settings import Settings

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class Guard:
    """Refuses who may not, before any route is asked."""

    def __init__(self, settings: Settings) -> None:
        self._is_open = settings.open_control_plane
        self._key = settings.key.encode()

    def check(self) -> None:
        """Let the request pass, or raise ControlError."""
        if self._is_open:
            _check_host(request.host)
            _check_origin(request.headers.get("Origin"), request.host)
        else:
            self._check_key(request.headers.get("X-Internal-Key", ""))
        writes = request.method in {"PUT", "POST"}
        if writes and request.get_data() and request.mimetype != JSON:
            raise ControlError(415, "send Content-Type: application/json")

    def _check_key(self, given: str) -> None:
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._key):
            raise ControlError(
                401,
                "the control plane needs X-Internal-Key when the mock is open to other machines",
            )


def _check_host(host: str) -> None:
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if name.strip("[]").lower() not in LOOPBACK_NAMES:
        raise ControlError(
            403, f"the control plane answers on this machine only, not as {host!r}"
        )


def _check_origin(origin: str | None, host: str) -> None:
    if origin is not None and origin.partition("://")[2] != host:
        raise ControlError(
            403, f"the control plane obeys no web page of another origin: {origin!r}"
        )
