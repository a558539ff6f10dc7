"""A gateway without mistakes, and one variation of it for each mistake that the mock finds."""

from __future__ import annotations

from uuid import uuid4

import httpx

TRIES = 10


class Gateway:
    """A gateway that checks, debits, and retries a debit of unknown outcome with the same ref."""

    def __init__(self, mock, *, timeout=30):
        self.http = httpx.Client(
            base_url=f"{mock.url}/internal/billing/",
            headers={"X-Internal-Key": mock.key},
            timeout=timeout,
            limits=httpx.Limits(max_keepalive_connections=0),  # nothing stays open
        )

    def sell(self, user_id, units="2.0"):
        """Check and debit; return whether the debit was paid."""
        if not self.is_allowed(user_id, units):
            return False
        return self.charge(user_id, units)

    def is_allowed(self, user_id, units):
        for _ in range(TRIES):
            status, fields = self.post("check", user_id=user_id, units=units)
            if status == 200:
                return fields["allowed"]
        return False

    def charge(self, user_id, units):
        ref = self.new_ref()
        for _ in range(TRIES):
            status = self.debit(user_id, units, ref)
            if status is not None:
                return status in (200, 409)
        return False

    def debit(self, user_id, units, ref):
        """Send one debit; return the status, or None where the outcome is unknown."""
        status, _ = self.post(
            "debit", user_id=user_id, units=units, ref=f'"{ref}"', reason='"chat"'
        )
        return status

    def post(self, operation, **fields):
        user_id = fields.pop("user_id")
        texts = "".join(f', "{name}": {text}' for name, text in fields.items())
        body = f'{{"user_id": "{user_id}"{texts}}}'
        try:
            response = self.http.post(
                operation, content=body, headers={"Content-Type": "application/json"}
            )
            return self.parse(response)
        except (httpx.HTTPError, ValueError):
            return None, None

    def parse(self, response):
        if response.status_code == 429 or response.status_code >= 500:
            return None, None
        return response.status_code, response.json()

    def new_ref(self):
        return f"chat-{uuid4()}"


class ChoosesANewRefForEachTry(Gateway):
    def charge(self, user_id, units):
        for _ in range(TRIES):
            status = self.debit(user_id, units, self.new_ref())
            if status is not None:
                return status == 200
        return False


class TakesConflictForFailure(Gateway):
    def charge(self, user_id, units):
        ref = self.new_ref()
        for _ in range(TRIES):
            status = self.debit(user_id, units, ref)
            if status == 200:
                return True
            if status == 409:
                ref = self.new_ref()
        return False


class NeverRetries(Gateway):
    def charge(self, user_id, units):
        return self.debit(user_id, units, self.new_ref()) == 200


class DebitsAfterRefusedChecks(Gateway):
    def is_allowed(self, user_id, units):
        super().is_allowed(user_id, units)
        return True


class HasOneRefForAll(Gateway):
    def new_ref(self):
        return "chat"


class SendsUnitsAsText(Gateway):
    def post(self, operation, *, units, **fields):
        return super().post(operation, units=f'"{units}"', **fields)


class SendsAnAction(Gateway):
    def post(self, operation, **fields):
        return super().post(operation, action='"chat"', **fields)
