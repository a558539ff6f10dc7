"""A test that freezes the clock gets the findings, the faults and the time-outs that any other test gets."""

from __future__ import annotations

import time

import pytest

from billing_mock import BillingMock
from tests.mock.findings import gateways

FROZEN = 1_900_000_000.0


@pytest.fixture
def frozen(monkeypatch):
    """Freeze the clocks as libraries for that do, before the mock is started."""
    for name in ("time", "monotonic", "perf_counter"):
        monkeypatch.setattr(time, name, lambda: FROZEN)
    with BillingMock() as mock:
        yield mock


def rules(mock):
    return [finding.rule for finding in mock.findings]


def test_a_new_ref_after_a_lost_response_is_found(frozen):
    frozen.fund("anna", 10)
    frozen.lose_next_response()

    gateways.ChoosesANewRefForEachTry(frozen).sell("anna")

    assert rules(frozen) == ["new-ref-after-lost-response"]


def test_a_debit_after_a_refused_check_is_found(frozen):
    gateway = gateways.DebitsAfterRefusedChecks(frozen)
    frozen.fund("anna", 3)

    gateway.sell("anna", "2.0")
    gateway.sell("anna", "2.0")

    assert rules(frozen) == ["debit-after-refused-check"]


def test_a_delayed_answer_comes(frozen):
    frozen.fund("anna", 10)
    frozen.delay_next(0.05)

    assert gateways.Gateway(frozen).sell("anna")
    assert rules(frozen) == []


def test_records_carry_the_frozen_time(frozen):
    frozen.fund("anna", 10)

    gateways.Gateway(frozen).sell("anna")

    assert {request.at for request in frozen.requests} == {FROZEN}
