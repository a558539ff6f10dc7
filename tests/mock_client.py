"""A client of a mock without a network."""

from __future__ import annotations

from werkzeug.test import Client

from billing_mock.service import MockService
from billing_mock.web.app import create_app

KEY = "super-secret-dev"


class MockClient:
    """Calls a mock through its WSGI application."""

    def __init__(self, settings):
        self.service = MockService(settings)
        self.http = Client(create_app(self.service))

    def debit(self, user_id="test-user", units="2.0", ref="r-1", **more):
        fields = f'"user_id": "{user_id}", "units": {units}, "ref": "{ref}", "reason": "test"'
        return self.post("debit", "{" + fields + "}", **more)

    def check(self, user_id="test-user", units="2.0"):
        return self.post("check", f'{{"user_id": "{user_id}", "units": {units}}}')

    def balance(self, user_id="test-user"):
        return self.http.get(
            "/internal/billing/balance",
            query_string={"user_id": user_id},
            headers={"X-Internal-Key": KEY},
        )

    def post(self, operation, body, *, key=KEY, content_type="application/json"):
        headers = {} if key is None else {"X-Internal-Key": key}
        return self.http.post(
            f"/internal/billing/{operation}",
            data=body,
            headers=headers,
            content_type=content_type,
        )

    def control(self, method, path, **more):
        return self.http.open(f"/_mock/{path}", method=method, **more)
