"""Where the billing service is, and how long it may take."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`token` is the secret of X-Internal-Key. `deadline_seconds` is for one request, its whole answer included."""

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
        """Read BILLING_SERVICE_URL and BILLING_SERVICE_TOKEN. Raises ValueError, which says what is missing."""
        return cls(
            url=os.environ.get("BILLING_SERVICE_URL", ""),
            token=os.environ.get("BILLING_SERVICE_TOKEN", ""),
            deadline_seconds=deadline_seconds,
        )
