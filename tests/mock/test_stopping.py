"""Stopping and resetting with requests in flight: they are answered, at once, and nothing is done twice."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from billing_mock import BillingMock
from tests.mock.gateway_calls import payload, with_requests
from tests.processes import KEY, running_mock


def until_it_waits(url):
    """Return once a debit was taken and its answer waits."""
    while not requests.get(f"{url}/_mock/requests", timeout=30).json()["requests"]:
        pass


def delay(url, **more):
    fault = {"kind": "delay", "operation": "debit", "seconds": 600, **more}
    requests.post(f"{url}/_mock/faults", json=fault, timeout=30).raise_for_status()


def test_billing_mock_answers_what_is_in_flight_and_ends(tmp_path):
    with running_mock() as (process, url, _), ThreadPoolExecutor(1) as pool:
        delay(url)
        answer = pool.submit(with_requests, url, KEY, payload(), timeout=60)
        until_it_waits(url)

        process.send_signal(signal.SIGTERM)

        assert answer.result().json()["balance"] == 740.0
        assert process.wait(timeout=60) == 0


def test_billing_mock_that_is_killed_leaves_no_process_and_a_free_port():
    with running_mock() as (process, url, _), requests.Session() as client:
        client.get(f"{url}/health", timeout=60)
        port = url.rpartition(":")[2]

        process.kill()
        process.wait(timeout=60)

        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
        with running_mock("--port", port) as (_, again, _):
            assert again == url
            assert requests.get(f"{again}/health", timeout=60).status_code == 200


def test_a_mock_in_process_answers_what_is_in_flight_when_it_is_stopped():
    mock = BillingMock().start()
    with ThreadPoolExecutor(1) as pool:
        delay(mock.url)
        answer = pool.submit(with_requests, mock.url, KEY, payload(), timeout=60)
        until_it_waits(mock.url)

        mock.stop()

        assert answer.result().json()["balance"] == 740.0


def test_a_reset_ends_the_waits_and_leaves_a_fresh_mock(billing_mock):
    with ThreadPoolExecutor(1) as pool:
        delay(billing_mock.url)
        late = pool.submit(with_requests, billing_mock.url, KEY, payload(), timeout=60)
        until_it_waits(billing_mock.url)

        billing_mock.reset()

        assert late.result().status_code == 200
    assert (billing_mock.requests, billing_mock.debits) == ([], [])
    assert with_requests(billing_mock.url, KEY, payload()).json()["balance"] == 740.0


@pytest.mark.parametrize("user_id", [None, "test-user"])
def test_a_debit_that_waits_before_its_effect_is_not_applied_to_a_mock_that_was_reset(
    billing_mock, user_id
):
    delay(billing_mock.url, acts="before")
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(with_requests, billing_mock.url, KEY, payload(), timeout=60)
        [fault] = billing_mock.service.pipeline.faults.live
        while not fault.countdown.fired:
            pass

        billing_mock.reset("somebody-else")
        assert not late.done()
        billing_mock.reset(user_id)

        assert isinstance(late.exception(), requests.ConnectionError)
    assert (billing_mock.requests, billing_mock.debits) == ([], [])
