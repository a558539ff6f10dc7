"""Whether a request is let in, by its key."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from billing_mock.api.refusals import MISSING_KEY, WRONG_KEY, RefusedError

if TYPE_CHECKING:
    from collections.abc import Container


class KeyRule:
    """The rule of one mock: `key` lets in, and what its `deviations` let in besides."""

    def __init__(self, key: str, deviations: Container[str]) -> None:
        self._key = key.encode()
        self._takes_wrong = "wrong-key-accepted" in deviations
        self._takes_none = "missing-key-accepted" in deviations

    def require(self, key: str | None) -> None:
        """Raise RefusedError for the value of X-Internal-Key, None where it is missing, that is not let in (document, Коды ошибок: 401)."""
        if key is None:
            if not self._takes_none:
                raise RefusedError(MISSING_KEY, "the header X-Internal-Key is missing")
        elif not self._takes_wrong and not hmac.compare_digest(
            key.encode("utf-8", "surrogateescape"), self._key
        ):
            raise RefusedError(WRONG_KEY, "the header X-Internal-Key holds a wrong key")
