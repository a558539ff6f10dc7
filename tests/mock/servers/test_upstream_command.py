"""`billing-mock --upstream URL`: what it takes, and that a deployment behind it is judged as without it."""

from __future__ import annotations

import pytest

from billing_mock import BillingMock, Settings
from tests.mock.journal.auditing import audit
from tests.processes import run, running_mock

KEY = "a-key-of-the-deployment"
# One of each kind; the whole suite takes a minute.
CLAUSES = (
    "auth.wrong-key",
    "debit.visible",
    "ref.duplicate",
    "race.linearizable",
    "http.method",
    "http.json-errors",
)
OPENING = """
import json
from urllib.parse import quote

import requests


def open_account(user_id, balance, plan):
    body = f'{{"balance": {balance}, "plan": {json.dumps(plan)}}}'
    requests.put(
        f"DEPLOYMENT/_mock/accounts/{quote(user_id, safe='')}",
        data=body.encode(),
        headers={"Content-Type": "application/json"},
        timeout=60,
    ).raise_for_status()
"""


@pytest.fixture
def deployment():
    with BillingMock(Settings(key=KEY)) as mock:
        yield mock


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--upstream", "localhost:8002"], "must be a URL such as"),
        (["--upstream", "http://user@host"], "without user"),
        (
            ["--upstream", "http://host", "--choice", "no-plan=null"],
            "--choice has no effect",
        ),
    ],
)
def test_a_wrong_upstream_is_said(arguments, words):
    ended = run("billing_mock", "--port", "0", *arguments)

    assert (ended.returncode, words in ended.stderr) == (2, True), ended.stderr


def test_the_suite_is_strict_through_an_upstream_mock(deployment, tmp_path):
    (tmp_path / "opening.py").write_text(OPENING.replace("DEPLOYMENT", deployment.url))
    options = [
        "--strict",
        "--profile",
        "quick",
        "--account-callable",
        "opening:open_account",
    ]
    clauses = [word for each in CLAUSES for word in ("--clause", each)]
    with running_mock("--upstream", deployment.url) as (_, url, greeting):
        assert f"upstream  {deployment.url}" in greeting
        judged = run("billing_verify", url, *options, *clauses, key=KEY, cwd=tmp_path)
        history = run("billing_mock", "history", url)

    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert audit(history.stdout.encode()).returncode == 0
