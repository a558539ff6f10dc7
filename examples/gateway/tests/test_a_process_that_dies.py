"""A gateway that dies between work and receipt has charged exactly once when another has taken over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from billing import Outbox

HERE = Path(__file__).parent
DIED = 9


@pytest.fixture
def outbox_path(tmp_path):
    return tmp_path / "outbox.sqlite"


@pytest.fixture
def start(billing_mock_environment, outbox_path):
    """Start a gateway in a process of its own; all of them share one outbox, one after the other."""
    started = []

    def start(moment):
        process = subprocess.Popen(
            [
                sys.executable,
                str(HERE / "gateway_process.py"),
                str(outbox_path),
                moment,
            ],
            env={**os.environ, "PYTHONPATH": str(HERE.parent)},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def run(start):
    def run(moment):
        return start(moment).wait(timeout=60)

    return run


@pytest.mark.parametrize("moment", ["before the debit", "after the debit"])
def test_that_ends_itself(billing_mock, run, outbox_path, moment):
    billing_mock.fund("anna", 10)

    assert run(moment) == DIED
    assert run("recover") == 0

    assert_charged_once(billing_mock, outbox_path)


@pytest.mark.parametrize("kind", ["drop_request", "lose_response"])
def test_that_is_killed_before_it_can_retry(billing_mock, start, outbox_path, kind):
    billing_mock.fund("anna", 10)
    billing_mock.fault(kind, operation="debit", times=1)

    gateway = start("in a pause")
    assert gateway.stdout.readline() == "in a pause\n"
    gateway.kill()
    assert gateway.wait(timeout=60) == -signal.SIGKILL
    assert start("recover").wait(timeout=60) == 0

    assert_charged_once(billing_mock, outbox_path)


def test_in_the_work_is_not_paid(billing_mock, run):
    billing_mock.fund("anna", 10)

    assert run("in the work") == DIED
    assert run("recover") == 0

    assert billing_mock.debits == []
    billing_mock.assert_no_findings()


def test_and_recovers_twice(billing_mock, run, outbox_path):
    billing_mock.fund("anna", 10)

    assert run("before the debit") == DIED
    assert (run("recover"), run("recover")) == (0, 0)

    assert_charged_once(billing_mock, outbox_path)


def assert_charged_once(mock, outbox_path):
    [debit] = mock.debits
    assert debit.units == Decimal("0.5")
    assert mock.balance("anna") == Decimal("9.5")
    with Outbox(outbox_path) as outbox:
        assert (outbox.owed(), outbox.refused()) == ([], {})
    mock.assert_no_findings()
