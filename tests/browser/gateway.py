"""The calls of a gateway, and what it gets to see of them."""

from __future__ import annotations

import httpx


class Gateway:
    """Calls the mock over one client."""

    def __init__(self, client):
        self._client = client

    def debit(self, ref="r-1", units=2.0, user_id="test-user", **more):
        """The status of a debit, or None where no answer came."""
        fields = {"user_id": user_id, "units": units, "ref": ref, "reason": "test"}
        return self._status("debit", fields | more)

    def check(self, units=2.0, user_id="test-user"):
        return self._status("check", {"user_id": user_id, "units": units})

    def _status(self, operation, fields):
        try:
            return self._client.post(
                f"/internal/billing/{operation}", json=fields
            ).status_code
        except httpx.TransportError:
            return None
