"""The command billing-verify: its verdicts and its exit status, from an empty folder."""

from __future__ import annotations

import http.server
import re
import threading

import pytest
from click.testing import CliRunner

from billing_mock import BillingMock
from billing_mock.ledger.ledger import Ledger
from billing_verify.cli import main
from tests.processes import run

CLAUSE = ("--clause", "ref.duplicate", "--clause", "debit.exact")


@pytest.fixture
def mock():
    with BillingMock() as running:
        yield running


@pytest.fixture
def charges_duplicates(mock, monkeypatch):
    monkeypatch.setattr(Ledger, "_refuse_used", lambda self, ref, holding: None)
    return mock


def verify(*arguments, tmp_path, **more):
    return run("billing_verify", *arguments, cwd=tmp_path, **more)


def test_the_mock_conforms_strictly_and_provisionally(mock, tmp_path):
    run = verify(
        mock.url, "--profile", "quick", "--strict", "--provisional", tmp_path=tmp_path
    )

    assert run.returncode == 0, run.stdout
    assert "37 of 37 must clauses executed" in run.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_broken_mock_is_told_by_its_clause(charges_duplicates, tmp_path):
    run = verify(charges_duplicates.url, "--profile", "quick", tmp_path=tmp_path)

    assert run.returncode == 1
    assert "1. BROKEN ref.duplicate: " in run.stdout
    assert "2. " not in run.stdout
    assert "super-secret-dev" not in run.stdout


def test_a_clause_can_be_tested_alone(mock, tmp_path):
    run = verify(mock.url, *CLAUSE, tmp_path=tmp_path)

    assert run.returncode == 0
    assert "2 of 2 must clauses executed" in run.stdout


def test_what_breaks_another_clause_is_no_failure_of_the_one_asked_for(
    charges_duplicates, tmp_path
):
    run = verify(
        charges_duplicates.url,
        *("--profile", "standard", "--clause", "check.verdict"),
        tmp_path=tmp_path,
    )

    assert run.returncode == 3, run.stdout
    printed = " ".join(run.stdout.split())
    assert "Not tested: 1 test of check.verdict: ref.duplicate broke before" in printed
    assert "In part: check.verdict 8 of 9 tests." in printed
    assert "0 of 1 must clauses executed, 1 in part" in printed
    assert "failed" not in printed


def test_a_wrong_key_is_no_verdict(mock, tmp_path):
    run = verify(mock.url, *CLAUSE, key="wrong-key-of-mine", tmp_path=tmp_path)

    assert run.returncode == 2
    assert "refuses the key (401)" in run.stdout
    assert "wrong-key-of-mine" not in run.stdout + run.stderr


def test_no_key_is_no_verdict(mock, tmp_path):
    run = verify(mock.url, *CLAUSE, key=None, tmp_path=tmp_path)

    assert (run.returncode, "BILLING_SERVICE_TOKEN" in run.stdout) == (2, True)


def test_a_stopped_target_is_no_verdict(tmp_path):
    with BillingMock() as mock:
        url = mock.url

    run = verify(url, *CLAUSE, tmp_path=tmp_path)

    assert run.returncode == 2
    assert "Is the service running" in run.stdout
    assert "Traceback" not in run.stdout + run.stderr


def test_another_program_is_no_verdict(tmp_path):
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()

    run = verify(f"http://127.0.0.1:{server.server_port}", *CLAUSE, tmp_path=tmp_path)
    server.shutdown()
    server.server_close()

    assert run.returncode == 2
    assert "does not look like a billing service" in run.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name the deployment"),
        (["localhost:8001"], "is no URL of a service"),
        (["http://me:secret@127.0.0.1:1"], "leave name and password out"),
        (
            ["http://127.0.0.1:1/v1/internal/billing/debit"],
            "leave out /internal/billing/debit",
        ),
        (["http://127.0.0.1:1", "--budget", "lots"], "must be an amount"),
        (["http://127.0.0.1:1", "--clause", "ref.dupe"], "--list prints them"),
        (["http://127.0.0.1:1", "--profile", "slow"], "quick"),
        (["http://127.0.0.1:1", "--key-file", "nowhere"], "cannot be read"),
    ],
)
def test_a_wrong_option_is_no_verdict(tmp_path, arguments, words):
    run = verify(*arguments, tmp_path=tmp_path)

    assert run.returncode == 2
    assert words in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr


def test_named_accounts_pay_within_the_budget(mock, tmp_path):
    before = mock.service.ledger.balance("test-user")

    run = verify(
        mock.url,
        "--account",
        "test-user",
        "--budget",
        "1.5",
        "--profile",
        "quick",
        tmp_path=tmp_path,
    )

    spent = before - mock.service.ledger.balance("test-user")
    assert run.returncode == 3, run.stdout
    assert 0 < spent <= 1.5
    assert "raise it with --budget" in " ".join(run.stdout.split())


def test_named_accounts_with_a_budget_get_a_conforming_verdict_in_standard(
    mock, tmp_path
):
    users = ("test-user", "11111111-1111-1111-1111-111111111111")
    accounts = [word for user in users for word in ("--account", user)]

    run = verify(
        mock.url,
        *(*accounts, "--budget", "700", "--strict", "--accept-untested"),
        tmp_path=tmp_path,
    )

    assert run.returncode == 0, run.stdout
    assert "Not fully tested; --accept-untested lets that pass" in run.stdout
    executed = int(re.search(r"(\d+)\sof\s31\smust\sclauses", run.stdout)[1])
    assert executed >= 15


def test_an_account_that_the_target_does_not_hold_is_no_verdict(mock, tmp_path):
    run = verify(mock.url, "--account", "nobody", tmp_path=tmp_path)

    assert (run.returncode, "no money to spend" in run.stdout) == (2, True)


@pytest.mark.parametrize("accounts", [(), ("--account", "test-user")])
def test_another_path_of_the_service_is_no_verdict(mock, tmp_path, accounts):
    run = verify(f"{mock.url}/v1", *CLAUSE, *accounts, tmp_path=tmp_path)

    assert run.returncode == 2
    assert f"Its operations are elsewhere: verify {mock.url}\n" in run.stdout
    assert "!! Stopped: could not judge !!" in run.stdout


def test_the_list_needs_no_target(tmp_path):
    run = verify("--list", key=None, tmp_path=tmp_path)

    assert (run.returncode, "ref.lost-response" in run.stdout) == (0, True)


def test_the_folder_it_is_called_from_does_not_matter(mock, tmp_path):
    (tmp_path / "conftest.py").write_text("raise RuntimeError('loaded')")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    (tmp_path / "test_other.py").write_text("def test_other(): assert False\n")

    run = verify(
        mock.url, *CLAUSE, tmp_path=tmp_path, PYTEST_ADDOPTS="--no-such-option"
    )

    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("option", ["--html", "--json", "--junit", "--observed"])
def test_a_report_that_cannot_be_written_is_refused_before_the_run(
    mock, tmp_path, option
):
    run = verify(mock.url, option, "no-such-folder/report", tmp_path=tmp_path)

    assert run.returncode == 2
    assert f"{option} no-such-folder/report: cannot be written" in run.stderr
    assert list(tmp_path.iterdir()) == []
    assert mock.requests == []


def test_missing_packages_are_named_with_the_remedy(monkeypatch):
    monkeypatch.setattr("billing_verify.cli.find_spec", lambda name: None)

    ended = CliRunner().invoke(main, ["http://127.0.0.1:1"])

    assert ended.exit_code == 2
    assert "pip install 'billing-contract[verify]'" in ended.output
