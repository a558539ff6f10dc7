"""The fixture billing_mock in a project of its own: with xdist, asyncio, any client, and unused."""

from __future__ import annotations

import subprocess
import sys
from unittest import TestCase

import httpx
import pytest

from billing_mock import BillingMock, Plan, Settings
from tests.processes import environment

CLIENTS = """
import os

import aiohttp
import httpx
import httpx
import pytest
import requests

DEBIT = {"user_id": "anna", "units": 2, "ref": "r", "reason": "chat"}


def test_requests(billing_mock):
    billing_mock.fund("anna", 10)
    answer = requests.post(url(billing_mock), json=DEBIT, headers=key(billing_mock), timeout=30)
    assert answer.json()["balance"] == 8.0


@pytest.mark.asyncio
async def test_httpx(billing_mock):
    billing_mock.fund("anna", 10)
    billing_mock.lose_next_response()
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.post(url(billing_mock), json=DEBIT, headers=key(billing_mock))
        again = await client.post(url(billing_mock), json=DEBIT, headers=key(billing_mock))
    assert again.status_code == 409
    assert [debit.ref for debit in billing_mock.debits] == ["r"]
    billing_mock.assert_no_findings()


@pytest.mark.asyncio
async def test_aiohttp(billing_mock):
    billing_mock.fund("anna", 10)
    async with aiohttp.ClientSession() as client:
        async with client.post(url(billing_mock), json=DEBIT, headers=key(billing_mock)) as answer:
            assert (await answer.json())["balance"] == 8.0


@pytest.mark.parametrize("turn", range(8))
def test_each_test_has_a_fresh_mock(billing_mock, turn):
    assert (billing_mock.requests, billing_mock.debits, billing_mock.findings) == ([], [], [])
    requests.post(url(billing_mock), json=DEBIT, headers=key(billing_mock), timeout=30)
    billing_mock.fail_next()
    assert len(billing_mock.requests) == 1


def test_the_environment_is_set_on_request(billing_mock_environment):
    assert os.environ["BILLING_SERVICE_URL"] == billing_mock_environment.url
    assert os.environ["BILLING_SERVICE_TOKEN"] == billing_mock_environment.key


def test_the_environment_is_left_alone_otherwise(billing_mock):
    assert "BILLING_SERVICE_URL" not in os.environ


def url(mock):
    return mock.url + "/internal/billing/debit"


def key(mock):
    return {"X-Internal-Key": mock.key}
"""

SETTINGS = """
import httpx
import pytest
from billing_mock import Account, Settings


@pytest.fixture(scope="session")
def billing_mock_settings():
    return Settings(key="a-key-of-ours", accounts=(Account(user_id="anna", balance=5),))
"""

UNUSED = """
import sys


def test_nothing_of_the_mock_is_imported():
    assert not {"flask", "werkzeug", "httptools", "billing_contract"} & set(sys.modules)
"""


def run_pytest(folder, *arguments):
    unneeded = ("-p", "no:randomly", "-p", "no:schemathesis")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *unneeded, *arguments],
        capture_output=True,
        check=False,
        text=True,
        cwd=folder,
        env=environment(None, {"PYTHONWARNINGS": "ignore"}),
        timeout=300,
    )


@pytest.mark.parametrize("arguments", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_it_serves_any_client(tmp_path, arguments):
    (tmp_path / "test_gateway.py").write_text(CLIENTS)

    ended = run_pytest(tmp_path, *arguments)

    assert "13 passed" in ended.stdout, ended.stdout + ended.stderr


def test_its_settings_can_be_overridden(tmp_path):
    (tmp_path / "conftest.py").write_text(SETTINGS)
    (tmp_path / "test_gateway.py").write_text(
        "def test_it(billing_mock):\n"
        "    assert billing_mock.key == 'a-key-of-ours'\n"
        "    assert billing_mock.balance('anna') == 5\n"
    )

    ended = run_pytest(tmp_path)

    assert "1 passed" in ended.stdout, ended.stdout


def test_settings_that_a_module_overrides_stay_in_that_module(tmp_path):
    key = "def test_the_key(billing_mock):\n    assert billing_mock.key == "
    (tmp_path / "test_1_own.py").write_text(f"{SETTINGS}\n\n{key}'a-key-of-ours'\n")
    (tmp_path / "test_2_default.py").write_text(f"{key}'super-secret-dev'\n")
    (tmp_path / "test_3_own.py").write_text(f"{SETTINGS}\n\n{key}'a-key-of-ours'\n")

    ended = run_pytest(tmp_path)

    assert "3 passed" in ended.stdout, ended.stdout


def test_a_run_that_does_not_use_it_does_not_import_the_mock(tmp_path):
    (tmp_path / "test_nothing.py").write_text(UNUSED)

    ended = run_pytest(tmp_path)

    assert "1 passed" in ended.stdout, ended.stdout


def test_the_package_is_imported_without_pytest():
    code = "import sys; from billing_mock import BillingMock; assert 'pytest' not in sys.modules"

    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


class WithUnittest(TestCase):
    def test_it_is_a_context_manager(self):
        with BillingMock(Settings()) as mock:
            mock.fund("anna", "0.30")
            assert str(mock.balance("anna")) == "0.30"
            assert mock.url.startswith("http://127.0.0.1:")
        with pytest.raises(RuntimeError, match="not running"):
            _ = mock.url

    def test_it_starts_again(self):
        mock = BillingMock()
        mock.start()
        mock.stop()
        mock.stop()
        with mock as started:
            assert started is mock


@pytest.mark.parametrize(
    ("balance", "plan", "words"),
    [
        ("abc", None, "balance: must be a number"),
        (float("nan"), None, "balance: must be at least 0"),
        (-1, None, "balance: must be at least 0"),
        (1, {"plan_code": "a"}, "plan: must be null or an object"),
        (1, Plan(plan_code="a", expires_at="banana", status="a"), "plan.expires_at"),
    ],
    ids=str,
)
def test_what_no_account_can_hold_is_refused(billing_mock, balance, plan, words):
    billing_mock.fund("anna", 5)

    with pytest.raises(ValueError, match=words):
        billing_mock.fund("anna", balance, plan=plan)

    assert billing_mock.balance("anna") == 5


def test_a_plan_may_be_a_mapping(billing_mock):
    plan = {"plan_code": "gold", "expires_at": "2030-01-31T10:00:00Z", "status": "a"}

    billing_mock.fund("anna", 5, plan=plan)

    account = f"{billing_mock.url}/_mock/accounts/anna"
    assert httpx.get(account).json()["plan"] == plan
