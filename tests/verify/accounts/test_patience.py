"""A hook that hangs is waited for a minute or to the end of the run, and is not asked again."""

from __future__ import annotations

import signal
import sys
import threading
import time
from decimal import Decimal

import pytest

from billing_mock import BillingMock
from billing_verify.accounts.hooks import HookAccounts
from billing_verify.accounts.patience import HookHangsError, Patience
from billing_verify.client.time_limit import TimeLimit
from billing_verify.errors import TimeUpError
from tests.hostile.kinds import KINDS
from tests.hostile.running import running
from tests.processes import run

HANGS = """
import threading

def account(user_id, balance, plan):
    while True:
        try:
            threading.Event().wait()
        except Exception:
            pass

if __name__ == "__main__":
    account(1, 2, 3)
"""


class Hanging:
    """An opener that hangs, and counts how often it is asked."""

    description = "hanging"

    def __init__(self):
        self.asked = 0
        self.patience = Patience("the account callable a:b", seconds_max=0.1)

    def open(self, _user_id, _balance, _plan):
        self.asked += 1
        with self.patience.bounding():
            threading.Event().wait()


def test_a_hook_that_hangs_is_asked_once():
    opener = Hanging()
    accounts = HookAccounts(opener)

    for _ in range(3):
        with pytest.raises(
            HookHangsError, match=r"a:b did not come back within 0\.1 s"
        ):
            accounts.funded(Decimal(1))

    assert opener.asked == 1


def test_a_hook_is_not_waited_for_beyond_the_end_of_the_run():
    patience = Patience("the account callable a:b", TimeLimit(0.1))

    with pytest.raises(TimeUpError), patience.bounding():
        threading.Event().wait()


def test_a_hook_in_time_leaves_the_alarm_of_others_as_it_was():
    ended = []
    before = signal.signal(signal.SIGALRM, lambda *_: ended.append(True))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with Patience("the account callable a:b").bounding():
            pass
        deadline = time.monotonic() + 10
        while not ended and time.monotonic() < deadline:
            signal.pause()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    assert ended == [True]


@pytest.mark.parametrize("kind", ["url", "command", "callable"])
def test_a_run_whose_hook_hangs_ends_with_its_time(tmp_path, kind):
    module = tmp_path / "hanging_hook.py"
    module.write_text(HANGS)

    with BillingMock() as mock, running(KINDS["Hangs"]) as (url, _):
        hook = {
            "url": f"{url}/internal/hook",
            "command": f"{sys.executable} {module} {{user_id}} {{balance}}",
            "callable": "hanging_hook:account",
        }
        ended = run(
            "billing_verify",
            mock.url,
            *(f"--account-{kind}", hook[kind], "--max-time", "1"),
            cwd=tmp_path,
        )

    assert ended.returncode == 2, ended.stdout
    assert "the time was up (--max-time 1)" in ended.stdout
