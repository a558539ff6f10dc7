"""A gateway under gevent or eventlet, whose tests patch the standard library, has the mock in its process."""

from __future__ import annotations

import subprocess
import sys

import pytest

PATCHES = {
    "gevent": """
from gevent import monkey
monkey.patch_all()
import gevent
def at_once(call, arguments):
    return [each.get() for each in [gevent.spawn(call, each) for each in arguments]]
""",
    "eventlet": """
import warnings
warnings.simplefilter("ignore", DeprecationWarning)
import eventlet
eventlet.monkey_patch()
def at_once(call, arguments):
    return [each.wait() for each in [eventlet.spawn(call, each) for each in arguments]]
""",
}
PROGRAM = """
import requests
from billing_mock import BillingMock

def debit(ref, timeout=60):
    fields = {"user_id": "test-user", "units": 1, "ref": ref, "reason": "test"}
    url = f"{mock.url}/internal/billing/debit"
    headers = {"X-Internal-Key": mock.key}
    return requests.post(url, json=fields, headers=headers, timeout=timeout).status_code

with BillingMock() as mock:
    mock.delay_next(0.1, times=20)
    print("delayed", sorted(at_once(debit, [f"r{each}" for each in range(20)])))
    print("charged", len(mock.debits), mock.balance("test-user"))
    mock.delay_next(600)
    try:
        debit("late", timeout=0.1)
    except requests.Timeout:
        print("gave up", mock.balance("test-user"))
    print("again", debit("late"), [each.rule for each in mock.findings])
    print("control", requests.post(f"{mock.url}/_mock/reset", timeout=60).status_code)
    print("after", debit("late"), mock.balance("test-user"))
"""
PRINTED = f"""\
delayed {[200] * 20}
charged 20 722.0
gave up 721.0
again 409 []
control 204
after 200 741.0
"""


@pytest.mark.parametrize("library", PATCHES)
def test_a_late_answer_comes_and_a_debit_is_charged_once(library):
    ended = subprocess.run(
        [sys.executable, "-c", PATCHES[library] + PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert (ended.stdout, ended.returncode) == (PRINTED, 0), ended.stderr
