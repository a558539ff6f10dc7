"""Each fault as a client meets it, from a mock in process and from billing-mock, and what became of the debit."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import pytest
import requests

from billing_mock import BillingMock
from billing_mock.faults import KINDS
from tests.mock.gateway_calls import outcome, with_httpx, with_requests
from tests.processes import KEY, running_mock

FULL, CHARGED = Decimal("742.0"), Decimal("740.0")
TIMED_OUT = {"ReadTimeout"}


class Case(NamedTuple):
    """A fault, what requests and httpx may see of it, and the balance afterwards."""

    kind: str
    settings: dict
    to_requests: set
    to_httpx: set
    balance: Decimal


CASES = [
    Case("status", {"status": 503}, {"503"}, {"503"}, FULL),
    Case("status", {"status": 503, "acts": "after"}, {"503"}, {"503"}, CHARGED),
    Case(
        "status",
        {"body": "<html>", "content_type": "text/html"},
        {"500, not JSON"},
        {"500, not JSON"},
        FULL,
    ),
    Case("delay", {"seconds": 60}, TIMED_OUT, TIMED_OUT, CHARGED),
    Case("delay", {"seconds": 0.01}, {"200"}, {"200"}, CHARGED),
    Case("delay", {"seconds": 0.01, "acts": "before"}, {"200"}, {"200"}, CHARGED),
    Case(
        "latency",
        {"median_seconds": 30, "p99_seconds": 40},
        TIMED_OUT,
        TIMED_OUT,
        CHARGED,
    ),
    Case("garble_body", {}, {"200, not JSON"}, {"200, not JSON"}, CHARGED),
    Case("slow_body", {"seconds": 0.05}, {"200"}, {"200"}, CHARGED),
    Case("slow_body", {"seconds": 300}, {"ConnectionError"}, TIMED_OUT, CHARGED),
    Case(
        "truncate_body", {}, {"ChunkedEncodingError"}, {"RemoteProtocolError"}, CHARGED
    ),
    Case("drop_request", {}, {"ConnectionError"}, {"RemoteProtocolError"}, FULL),
    Case("drop_request", {"reset": True}, {"ConnectionError"}, {"ReadError"}, FULL),
    Case("lose_response", {}, {"ConnectionError"}, {"RemoteProtocolError"}, CHARGED),
    Case("lose_response", {"reset": True}, {"ConnectionError"}, {"ReadError"}, CHARGED),
]


def case_id(case):
    return "-".join([case.kind, *map(str, case.settings.values())])


@pytest.fixture(scope="module", params=["in process", "billing-mock"])
def url(request):
    if request.param == "billing-mock":
        with running_mock() as (_, url, _):
            yield url
    else:
        with BillingMock() as mock:
            yield mock.url


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_requests_meets_it(url, case):
    assert_seen(url, case, with_requests, case.to_requests)


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_httpx_meets_it(url, case):
    assert_seen(url, case, with_httpx, case.to_httpx)


def test_every_kind_of_fault_is_met():
    assert {case.kind for case in CASES} == set(KINDS)


def assert_seen(url, case, send, expected):
    """Set the fault, send one debit, and look at what the client sees and at the balance."""
    requests.post(f"{url}/_mock/reset", timeout=30).raise_for_status()
    fault = {"kind": case.kind, "operation": "debit", **case.settings}
    requests.post(f"{url}/_mock/faults", json=fault, timeout=30).raise_for_status()

    waits = case.settings.get("seconds", 0) > 1 or case.kind == "latency"
    seen = outcome(send, url, KEY, timeout=0.4 if waits else 30)

    account = requests.get(f"{url}/_mock/accounts/test-user", timeout=30).json()
    assert seen in expected
    assert Decimal(str(account["balance"])) == case.balance
