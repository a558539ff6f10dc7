"""The address and key of the billing service, and the time that an answer may take."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a client.

    `token` is the secret of X-Internal-Key; `deadline_seconds` bounds one request with its whole
    answer. Raises ValueError when `url` is not an HTTP address or `token` is empty.
    """

    url: str
    token: str = field(repr=False)
    deadline_seconds: float = 2.0

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://")):
            raise ValueError(
                f"BILLING_SERVICE_URL: must start with http:// or https://, not {self.url!r}"
            )
        if not self.token:
            raise ValueError("BILLING_SERVICE_TOKEN: must not be empty")

    @classmethod
    def from_environment(cls, *, deadline_seconds: float = 2.0) -> Self:
        """Return the settings of BILLING_SERVICE_URL and BILLING_SERVICE_TOKEN.

        Both are described in the document, "Переменные окружения для Gateway". Raises ValueError when
        one of them is missing or wrong; the message names it.
        """
        return cls(
            url=os.environ.get("BILLING_SERVICE_URL", ""),
            token=os.environ.get("BILLING_SERVICE_TOKEN", ""),
            deadline_seconds=deadline_seconds,
        )
