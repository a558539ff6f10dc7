"""The deployment under test: where it is and how to get in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from billing_verify.client.keys import KEY_HEADER, KEY_VARIABLE
from billing_verify.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPERATION = re.compile(r"/internal/billing(/\w*)?/?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A deployment.

    `key` stays out of the repr. `timeout` is seconds until an answer is given up. `ca_file` and
    `client_cert` (certificate and key) are paths of PEM files. Raises TargetError for a URL or a
    key that cannot be used.
    """

    url: str
    key: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 10.0
    ca_file: str | None = None
    client_cert: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise TargetError(
                f"{self.url!r} is no URL of a service; write one such as http://localhost:8001"
            )
        if parts.query or parts.fragment:
            raise TargetError(f"{self.url!r}: leave out what follows ? or #")
        if operation := _OPERATION.search(parts.path):
            raise TargetError(
                f"{self.url!r}: leave out {operation[0]}; the suite adds the paths of the operations"
            )
        if "@" in parts.netloc:
            raise TargetError(
                "leave name and password out of the URL; send them with --header 'Authorization: Basic …'"
            )
        if not self.key or not self.key.isascii() or not self.key.isprintable():
            raise TargetError(
                f"the key is empty or not plain text; set {KEY_VARIABLE} to the value of {KEY_HEADER}"
            )

    @property
    def base(self) -> str:
        """Return the URL without a slash at its end."""
        return self.url.rstrip("/")
