"""The command billing-mock, run as a user runs it."""

from __future__ import annotations

import signal
import socket

import httpx
import pytest

from tests.processes import KEY, run, running_mock

DEBIT = {"user_id": "test-user", "units": 2.0, "ref": "r", "reason": "x"}


def test_it_tells_where_it_is_and_how_to_get_in():
    with running_mock(key=None) as (_, url, greeting):
        answer = httpx.post(
            f"{url}/internal/billing/debit", json=DEBIT, headers={"X-Internal-Key": KEY}
        )

        assert answer.json()["balance"] == 740.0
        assert "X-Internal-Key: super-secret-dev" in greeting
        assert "test-user (742.0)" in greeting
        for page in ("/docs", "/_mock/"):
            assert f"{url}{page}\n" in greeting
            assert httpx.get(url + page).headers["Content-Type"].startswith("text/html")


def test_a_key_of_ones_own_is_never_printed():
    with running_mock(key="my-own-secret") as (_, url, greeting):
        wrong = httpx.post(
            f"{url}/internal/billing/debit", json=DEBIT, headers={"X-Internal-Key": KEY}
        )

        assert "my-own-secret" not in greeting
        assert "BILLING_SERVICE_TOKEN" in greeting
        assert wrong.status_code == 401


def test_a_key_can_come_from_a_file(tmp_path):
    file = tmp_path / "key"
    file.write_text("from-a-file\n")

    with running_mock("--key-file", str(file)) as (_, url, greeting):
        answer = httpx.post(
            f"{url}/internal/billing/debit",
            json=DEBIT,
            headers={"X-Internal-Key": "from-a-file"},
        )

        assert answer.status_code == 200
        assert "from-a-file" not in greeting


def test_accounts_and_choices_are_taken(tmp_path):
    file = tmp_path / "accounts.yaml"
    file.write_text("accounts:\n  - user_id: anna\n    balance: 5.50\n")

    with running_mock(
        "--accounts", str(file), "--choice", "unknown-user=not-found"
    ) as (_, url, _):
        read = [
            httpx.get(
                f"{url}/internal/billing/balance",
                params={"user_id": user},
                headers={"X-Internal-Key": KEY},
            )
            for user in ("anna", "test-user")
        ]

    assert read[0].json()["balance"] == 5.5
    assert read[1].status_code == 404


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(how):
    with running_mock() as (process, url, _):
        process.send_signal(how)
        rest = process.communicate(timeout=30)[0]

    assert process.returncode == 0
    assert "Traceback" not in rest
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/health")


def test_a_port_in_use_is_said_also_when_another_mock_has_it():
    with running_mock() as (_, url, _):
        port = url.rpartition(":")[2]
        second = run("billing_mock", "--port", port)

    assert second.returncode == 2
    assert f"port {port}" in second.stderr
    assert "another program uses it" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_foreign_program_on_the_port_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        second = run("billing_mock", "--port", taken.getsockname()[1])

    assert (second.returncode, "another program uses it" in second.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--choice", "unknown-user=nobody"], "empty, not-found, forbidden, funded"),
        (["--choice", "color=red"], "unknown-user"),
        (["--port", "70000"], "0<=x<=65535"),
        (["--host", "no.such.host.invalid"], "check --host"),
        (["--accounts", "nowhere.yaml"], "no such file"),
        (["--key-file", "nowhere"], "cannot be read"),
        (["--prot", "1"], "No such option"),
    ],
)
def test_a_wrong_option_is_said_without_a_traceback(arguments, words):
    ended = run("billing_mock", *arguments)

    assert ended.returncode == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_empty_key_file_is_refused(tmp_path):
    file = tmp_path / "key"
    file.write_text("\n")

    ended = run("billing_mock", "--port", "0", "--key-file", file)

    assert (ended.returncode, "the key must be" in ended.stderr) == (2, True)


def test_the_help_names_every_open_choice():
    shown = run("billing_mock", "--help").stdout

    assert all(
        name in shown
        for name in (
            "unknown-user",
            "ref-max-length",
            "BILLING_SERVICE_TOKEN",
            "--accounts",
        )
    )
