"""No finding is reported for a gateway without mistakes, whatever faults the mock injects."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from tests.mock.findings.gateways import Gateway
from tests.mock.gateway_calls import outcome, with_httpx

FAULTS = [
    ("status", {"status": 500}),
    ("status", {"status": 503, "acts": "after"}),
    ("status", {"status": 502, "body": "<html>", "content_type": "text/html"}),
    ("drop_request", {}),
    ("drop_request", {"reset": True}),
    ("lose_response", {}),
    ("lose_response", {"reset": True}),
    ("truncate_body", {}),
    ("garble_body", {}),
    ("slow_body", {"seconds": 0.02}),
    ("delay", {"seconds": 0.01}),
    ("latency", {"median_seconds": 0.005, "p99_seconds": 0.02}),
]


@pytest.mark.parametrize("operation", ["check", "debit"])
@pytest.mark.parametrize(("kind", "settings"), FAULTS, ids=str)
def test_under_one_fault(billing_mock, kind, settings, operation):
    gateway = Gateway(billing_mock)
    billing_mock.fund("anna", 100)
    billing_mock.fault(kind, operation=operation, times=2, **settings)

    sold = [gateway.sell("anna") for _ in range(3)]

    assert sold == [True] * 3
    assert billing_mock.balance("anna") == Decimal(94)
    billing_mock.assert_no_findings()


@pytest.mark.parametrize("seed", range(5))
def test_with_parallel_users_who_buy_the_same_thing_at_once_under_random_faults(
    billing_mock, seed
):
    gateway = Gateway(billing_mock)
    users = [billing_mock.fund(f"user-{number}", 20) for number in range(4)]
    for kind, settings in FAULTS:
        billing_mock.fault(kind, probability=0.03, seed=seed, **settings)

    with ThreadPoolExecutor(8) as pool:
        sold = list(pool.map(gateway.sell, users * 12))

    left = sum(billing_mock.balance(user) for user in users)
    assert 80 - left == 2 * sum(sold)
    billing_mock.assert_no_findings()


def test_that_runs_out_of_money_between_check_and_debit(billing_mock):
    gateway = Gateway(billing_mock)
    billing_mock.fund("anna", 2)

    assert gateway.is_allowed("anna", "2.0")
    assert gateway.sell("anna")
    assert gateway.charge("anna", "2.0") is False
    billing_mock.assert_no_findings()


def test_that_takes_a_refusal_by_its_status_where_the_body_cannot_be_read(billing_mock):
    billing_mock.fund("test-user", 1)
    billing_mock.fault("garble_body", operation="debit", times=1)

    seen = outcome(with_httpx, billing_mock.url, billing_mock.key)

    assert seen == "403, not JSON"
    billing_mock.assert_no_findings()


def test_that_gives_up_after_several_tries_while_the_service_is_down(billing_mock):
    gateway = Gateway(billing_mock)
    billing_mock.fund("anna", 10)
    billing_mock.fault("status", operation="debit", status=503)

    assert gateway.sell("anna") is False
    billing_mock.assert_no_findings()


def test_that_buys_the_same_thing_again_after_a_conflict(billing_mock):
    gateway = Gateway(billing_mock)
    billing_mock.fund("anna", 10)
    billing_mock.lose_next_response()

    assert [gateway.sell("anna"), gateway.sell("anna")] == [True, True]
    assert len(billing_mock.debits) == 2
    billing_mock.assert_no_findings()


def test_that_never_checks(billing_mock):
    gateway = Gateway(billing_mock)
    billing_mock.fund("anna", 10)
    billing_mock.lose_next_response()

    assert [gateway.charge("anna", "2.0"), gateway.charge("anna", "2.0")] == [
        True,
        True,
    ]
    billing_mock.assert_no_findings()


def test_whose_time_out_is_shorter_than_the_answer(billing_mock):
    gateway = Gateway(billing_mock, timeout=0.3)
    billing_mock.fund("anna", 10)
    billing_mock.delay_next(60)

    assert [gateway.sell("anna"), gateway.sell("anna")] == [True, True]
    assert billing_mock.balance("anna") == Decimal(6)
    billing_mock.assert_no_findings()


def test_that_checks_once_for_a_batch(billing_mock):
    gateway = Gateway(billing_mock)
    billing_mock.fund("anna", 10)
    billing_mock.lose_next_response()

    assert gateway.is_allowed("anna", "6.0")
    assert [gateway.charge("anna", "2.0") for _ in range(3)] == [True] * 3
    billing_mock.assert_no_findings()


def test_whose_user_got_money_after_a_refused_check(billing_mock):
    gateway = Gateway(billing_mock)
    billing_mock.fund("anna", 1)
    assert gateway.sell("anna") is False
    gateway.post(
        "credit", user_id="anna", units="1.5", ref='"top-up"', reason='"top-up"'
    )

    assert gateway.sell("anna")
    assert gateway.charge("anna", "2.0") is False
    billing_mock.assert_no_findings()


def test_that_reads_a_slow_answer_to_its_end(billing_mock):
    gateway = Gateway(billing_mock)
    billing_mock.fund("anna", 100)
    billing_mock.fault("slow_body", operation="debit", seconds=0.001)

    for _ in range(30):
        assert gateway.sell("anna")
        billing_mock.assert_no_findings()
