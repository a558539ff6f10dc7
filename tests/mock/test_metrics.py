"""`/_mock/metrics`: the numbers that Prometheus reads, and what a mock without prometheus-client says."""

from __future__ import annotations

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from billing_mock import BillingMock, Settings
from tests.mock.gateway_calls import headers, payload, with_requests


@pytest.fixture
def mock():
    """Yield a mock of its own: metrics outlive a reset."""
    with BillingMock() as running:
        yield running


def samples(mock):
    answer = httpx.get(f"{mock.url}/_mock/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_operation_status_and_verdict(mock):
    for ref in ("a", "b", "b"):
        with_requests(mock.url, mock.key, payload(ref=ref))
    with_requests(mock.url, "wrong", payload(ref="c"))
    httpx.get(f"{mock.url}/nowhere")
    httpx.get(f"{mock.url}/health")
    mock.reset()

    found = samples(mock)

    name = "billing_mock_requests_total"
    assert {key[1:]: value for key, value in found.items() if key[0] == name} == {
        ("debit", "200", "accepted"): 2,
        ("debit", "409", "refused"): 1,
        ("debit", "401", "invalid"): 1,
        ("none", "404", "invalid"): 1,
    }
    assert found["billing_mock_request_seconds_count", "debit"] == 4


def test_faults_and_their_waits_are_counted(mock):
    mock.lose_next_response()
    mock.delay_next(0.25, operation="balance")
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(
            f"{mock.url}/internal/billing/debit",
            content=payload(),
            headers=headers(mock.key),
        )
    httpx.get(
        f"{mock.url}/internal/billing/balance?user_id=test-user",
        headers=headers(mock.key),
    )

    found = samples(mock)

    assert found["billing_mock_faults_total", "lose_response"] == 1
    assert found["billing_mock_faults_total", "delay"] == 1
    assert found["billing_mock_requests_total", "debit", "none", "accepted"] == 1
    assert found["billing_mock_request_seconds_sum", "balance"] >= 0.25


def test_the_key_is_asked_for_where_the_control_plane_is_not_open():
    with BillingMock(Settings(open_control_plane=False)) as mock:
        assert httpx.get(f"{mock.url}/_mock/metrics").status_code == 401


def test_a_mock_without_prometheus_client_says_what_to_install(monkeypatch):
    monkeypatch.setattr("billing_mock.metrics.prometheus", None)
    with BillingMock() as mock:
        assert with_requests(mock.url, mock.key, payload()).status_code == 200
        answer = httpx.get(f"{mock.url}/_mock/metrics")

    assert answer.status_code == 501
    assert "pip install 'billing-contract[metrics]'" in answer.json()["detail"]
