"""No hook that opens accounts is handed the key of the target."""

from __future__ import annotations

import os
import sys
from decimal import Decimal

import pytest

from billing_verify.accounts.hooks import CallableOpener, CommandOpener
from billing_verify.errors import NotTestableError

KEY = "a-secret-of-ours"
LOOKING = """
import os

KEY = "a-secret-of-ours"
assert KEY not in str(os.environ)

def look(user_id, balance, plan):
    assert KEY not in str(os.environ)
"""


@pytest.fixture(autouse=True)
def key_in_the_environment(monkeypatch):
    monkeypatch.setenv("BILLING_SERVICE_TOKEN", KEY)


def test_a_command_does_not_see_it():
    look = f"import os, sys; sys.exit({KEY!r} in str(os.environ))"
    opener = CommandOpener(f'{sys.executable} -c "{look}"')

    opener.open("anna", Decimal(1), None)

    assert os.environ["BILLING_SERVICE_TOKEN"] == KEY


def test_a_callable_does_not_see_it_and_the_run_keeps_it(monkeypatch, tmp_path):
    (tmp_path / "looking_for_the_key.py").write_text(LOOKING)
    monkeypatch.syspath_prepend(tmp_path)

    CallableOpener("looking_for_the_key:look").open("anna", Decimal(1), None)

    assert os.environ["BILLING_SERVICE_TOKEN"] == KEY


def test_a_callable_that_fails_leaves_the_key_to_the_run(monkeypatch, tmp_path):
    (tmp_path / "failing_to_open.py").write_text("def fail(*_): raise OSError")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(NotTestableError):
        CallableOpener("failing_to_open:fail").open("anna", Decimal(1), None)

    assert os.environ["BILLING_SERVICE_TOKEN"] == KEY
