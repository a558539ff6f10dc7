"""Money from named accounts, an HTTP hook, a command and a callable; headers and fields sent along."""

from __future__ import annotations

import json
import sys
from decimal import Decimal

import pytest

from billing_mock import BillingMock
from billing_mock.ledger.ledger import Ledger
from tests.processes import run
from tests.zoo import Service, serving

CLAUSES = (
    "--clause",
    "debit.whole-balance",
    "--clause",
    "balance.shape",
    "--clause",
    "input.missing-field",
)
OPEN = """
import json, sys, urllib.request

def account(user_id, balance, plan, url="{url}"):
    body = json.dumps({{"user_id": user_id, "balance": str(balance), "plan": plan}}).encode()
    request = urllib.request.Request(url, data=body, headers={{"Content-Type": "application/json"}})
    urllib.request.urlopen(request).close()

def refuse(user_id, balance, plan):
    raise RuntimeError("no money today")

def leave(user_id, balance, plan):
    sys.exit(0)

def skip(user_id, balance, plan):
    import pytest
    pytest.skip("not here")

if __name__ == "__main__":
    plan = {{"plan_code": sys.argv[3], "expires_at": None, "status": "active"}} if sys.argv[3] else None
    account(sys.argv[1], sys.argv[2], plan)
"""


@pytest.fixture
def service():
    running = Service()
    with serving(running) as url:
        running.url = url
        yield running


def verify(url, *arguments, cwd, key=Service.key):
    return run(
        "billing_verify",
        url,
        "--profile",
        "quick",
        *CLAUSES,
        *arguments,
        cwd=cwd,
        key=key,
    )


@pytest.fixture
def opener(service, tmp_path):
    (tmp_path / "opening.py").write_text(
        OPEN.format(url=f"{service.url}/_zoo/accounts")
    )
    (tmp_path / "leaving.py").write_text("import sys\nsys.exit(3)\n")
    (tmp_path / "failing.py").write_text("1 / 0\n")
    return tmp_path


def test_an_http_hook_opens_accounts(service, tmp_path):
    ended = verify(
        service.url, "--account-url", f"{service.url}/_zoo/accounts", cwd=tmp_path
    )

    assert (ended.returncode, "3 of 3 must clauses executed" in ended.stdout) == (
        0,
        True,
    ), ended.stdout


def test_a_command_opens_accounts(service, opener):
    command = f"{sys.executable} {opener}/opening.py {{user_id}} {{balance}} {{plan}}"

    ended = verify(service.url, "--account-command", command, cwd=opener)

    assert (ended.returncode, "3 of 3 must clauses executed" in ended.stdout) == (
        0,
        True,
    ), ended.stdout


def test_a_callable_opens_accounts(service, opener):
    ended = verify(service.url, "--account-callable", "opening:account", cwd=opener)

    assert (ended.returncode, "3 of 3 must clauses executed" in ended.stdout) == (
        0,
        True,
    ), ended.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--account-url", "http://127.0.0.1:9/"), "did not answer"),
        (("--account-url", "{url}/nowhere"), "opened no account: 4"),
        (("--account-command", "/no/such/program {user_id}"), "did not run"),
        (("--account-command", "false"), "exit status 1"),
        (("--account-callable", "opening"), "module:function"),
        (("--account-callable", "no_such_module:open"), "cannot be imported"),
        (("--account-callable", "opening:refuse"), "no money today"),
        (("--account-callable", "opening:leave"), "SystemExit: 0"),
        (("--account-callable", "opening:skip"), "Skipped: not here"),
        (("--account-callable", "opening:no_such"), "has no attribute"),
        (("--account-callable", "leaving:account"), "imported: SystemExit: 3"),
        (("--account-callable", "failing:account"), "imported: ZeroDivisionError"),
    ],
)
def test_a_hook_that_opens_nothing_is_no_verdict(service, opener, arguments, words):
    ended = verify(
        service.url,
        *(each.replace("{url}", service.url) for each in arguments),
        cwd=opener,
    )

    assert ended.returncode == 2
    assert words in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_more_than_one_way_to_open_accounts_is_refused(service, tmp_path):
    hook = ("--account-url", f"{service.url}/_zoo/accounts")

    ended = verify(service.url, *hook, "--account-credit", cwd=tmp_path)

    assert ended.returncode == 2
    assert "name one way to open accounts" in ended.stdout + ended.stderr


def test_an_account_is_named_in_one_way(service, tmp_path):
    ended = verify(
        service.url, "--account", "anna", "--account-drain", "anna", cwd=tmp_path
    )

    assert ended.returncode == 2
    assert "choose one" in ended.stdout + ended.stderr


def test_a_hook_and_a_named_account_add_up(service, tmp_path):
    service.open("anna", Decimal(20))
    hook = ("--account-url", f"{service.url}/_zoo/accounts")

    ended = verify(service.url, *hook, "--account", "anna", cwd=tmp_path)

    assert "3 of 3 must clauses executed" in ended.stdout
    assert "not tested" not in ended.stdout
    assert 0 < 20 - service.accounts["anna"].balance < 1


def test_a_command_without_a_plan_is_told_and_not_passed_over(service, opener):
    command = f"{sys.executable} {opener}/opening.py {{user_id}} {{balance}} ''"

    ended = verify(service.url, "--account-command", command, cwd=opener)

    assert (
        "No plan is tested: the account command takes no plan; give it the word {plan}."
        in ended.stdout
    )


def test_the_deployments_own_credit_opens_accounts(service, tmp_path):
    ended = verify(service.url, "--account-credit", cwd=tmp_path)

    assert ended.returncode == 3, ended.stdout
    assert "2 of 3 must clauses executed, 1 in part" in ended.stdout
    assert "No plan is tested: a credit gives an account no plan" in ended.stdout


class CreditsNothing(Service):
    """Answers a credit and books it at night."""

    def grant(self, account, ref, units):
        pass


def test_a_credit_that_shows_in_no_balance_is_no_verdict(tmp_path):
    with serving(CreditsNothing()) as url:
        ended = verify(url, "--account-credit", cwd=tmp_path)

    assert ended.returncode == 2
    assert "7.03 units were asked for, and the new account held 0" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_without_money_there_is_no_verdict(service, tmp_path):
    ended = verify(service.url, cwd=tmp_path)

    assert (ended.returncode, "--account-url" in ended.stdout) == (2, True)


@pytest.fixture
def mock():
    with BillingMock() as running:
        yield running


def test_nothing_is_debited_by_a_reading_run(mock, tmp_path, monkeypatch):
    monkeypatch.setattr(
        Ledger, "debit", lambda self, entry: pytest.fail("a debit was sent")
    )

    ended = run(
        "billing_verify",
        mock.url,
        "--read-only",
        "--account",
        "test-user",
        "--profile",
        "quick",
        cwd=tmp_path,
    )

    assert ended.returncode == 3, ended.stdout
    assert mock.service.ledger.transactions() == []


def test_a_plan_sends_nothing(tmp_path):
    with BillingMock() as stopped:
        url = stopped.url

    ended = run(
        "billing_verify", url, "--plan", "--account", "a", "--budget", "3", cwd=tmp_path
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "at most 3 units of the named accounts" in ended.stdout


def test_several_workers_share_the_named_accounts_and_the_budget(mock, tmp_path):
    users = ("11111111-1111-1111-1111-111111111111", "test-user")
    before = sum(mock.service.ledger.balance(user) for user in users)
    accounts = [word for user in users for word in ("--account", user)]
    arguments = (
        "--billing-url",
        mock.url,
        "--billing-profile",
        "quick",
        "--billing-budget",
        "4",
        *("--billing-json", str(tmp_path / "report.json")),
        "-n",
        "2",
    )

    ended = run(
        "pytest", "contract_tests", "-p", "no:cacheprovider", *arguments, *accounts
    )

    taken = before - sum(mock.service.ledger.balance(user) for user in users)
    report = json.loads((tmp_path / "report.json").read_text())
    assert ended.returncode == 3, ended.stdout
    assert 0 < taken <= Decimal(report["spent"]) <= 4
    assert 0.9 < len(mock.requests) / report["requests"] < 1.1
    assert all(user in report["target"]["accounts"] for user in users)


def test_more_workers_than_named_accounts_is_no_verdict(mock):
    arguments = ("--billing-url", mock.url, "--account", "test-user", "-n", "2")

    ended = run("pytest", "contract_tests", "-p", "no:cacheprovider", *arguments)

    assert ended.returncode != 0
    assert "2 workers need as many named accounts" in ended.stdout + ended.stderr
