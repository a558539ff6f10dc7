"""Decide which requests may use the control plane.

The control plane is meant for a developer and their tests; a web page of another origin in the
developer's browser must not reach it. So a write needs a JSON content type, and on loopback the
Host header must name this machine. A browser sends a POST without a body for any page, without a
preflight request; its Origin header shows from which page it comes.
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import TYPE_CHECKING

from flask import request

from billing_mock.api.answer import JSON
from billing_mock.control.json_http import ControlError

if TYPE_CHECKING:
    from billing_mock.config.settings import Settings


class Guard:
    """The access check of the control plane, made before a route is called."""

    def __init__(self, settings: Settings) -> None:
        self._is_open = settings.open_control_plane
        self._key = settings.key.encode()

    def check_access(self) -> None:
        """Return when the current request may use the control plane.

        Raises ControlError: 401 for a wrong or missing X-Internal-Key where the mock listens to
        other machines, 403 for a foreign Host or Origin where it does not, 415 for a write whose
        body is not declared as JSON.
        """
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
    if not _is_loopback(name.strip("[]").lower()):
        raise ControlError(
            403, f"the control plane answers on this machine only, not as {host!r}"
        )


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _check_origin(origin: str | None, host: str) -> None:
    if origin is not None and origin.partition("://")[2] != host:
        raise ControlError(
            403, f"the control plane obeys no web page of another origin: {origin!r}"
        )
