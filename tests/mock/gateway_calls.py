"""A debit as a gateway sends it, with the clients that gateways use."""

from __future__ import annotations

import httpx
import requests

PATH = "/internal/billing/debit"


def payload(*, user_id="test-user", units="2.0", ref="r-1"):
    return f'{{"user_id": "{user_id}", "units": {units}, "ref": "{ref}", "reason": "chat"}}'


def with_requests(url, key, body, *, timeout=5):
    return requests.post(url + PATH, data=body, headers=headers(key), timeout=timeout)


def with_httpx(url, key, body, *, timeout=5):
    return httpx.post(url + PATH, content=body, headers=headers(key), timeout=timeout)


def headers(key):
    return {"X-Internal-Key": key, "Content-Type": "application/json"}


def outcome(send, url, key, *, timeout=5):
    """The name of the exception that a client raises, or of what it gets to read."""
    try:
        answer = send(url, key, payload(), timeout=timeout)
    except (requests.RequestException, httpx.HTTPError) as error:
        return type(error).__name__
    try:
        answer.json()
    except ValueError:
        return f"{answer.status_code}, not JSON"
    return str(answer.status_code)
