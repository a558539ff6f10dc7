"""The history of a mock is what billing-audit explains, whatever the faults were; and a wrong one is not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest

from billing_contract import parse_json
from billing_mock import BillingMock
from billing_mock.config.settings import Settings
from tests.mock.gateway_calls import PATH, headers, payload
from tests.mock.journal.auditing import audit
from tests.mock_client import MockClient
from tests.processes import KEY, run, running_mock


def history(client, **query):
    answer = client.control("GET", "history", query_string=query)
    return [parse_json(line) for line in answer.data.splitlines()], answer


def test_a_request_is_told_as_the_gateway_saw_it(client):
    client.control("PUT", "accounts/anna", json={"balance": 10})
    client.debit("anna", ref="a", units="2.50")
    client.control("POST", "faults", json={"kind": "lose_response", "times": 1})
    client.debit("anna", ref="b")
    client.check("anna", units="5.5")
    client.balance("anna")
    client.debit("anna", ref="c", units="99")
    client.debit("anna", ref="c", units="-1")

    entries, _ = history(client)

    told = [
        [each[name] for name in each if name not in {"user_id", "start"}]
        for each in entries
    ]
    assert {each["user_id"] for each in entries} == {"anna"}
    ends = [each.get("end") for each in entries]
    assert told == [
        ["opening", 10],
        ["debit", parse_json(b"2.50"), "a", ends[1], 200, 7.5],
        ["debit", 2, "b", None, None],
        ["check", 5.5, ends[3], 200, True, 5.5],
        ["balance", ends[4], 200, 5.5],
        ["debit", 99, "c", ends[5], 403],
    ]
    assert all(each["start"] <= each["end"] for each in entries if each.get("end"))


def test_an_account_that_is_opened_anew_begins_anew(client):
    client.debit(ref="a")
    client.control("PUT", "accounts/test-user", json={"balance": 3})
    client.debit(ref="a")
    entries, _ = history(client)
    assert [each["balance"] for each in entries] == [3, 1]

    client.control("POST", "reset", json={"user_id": "test-user"})
    client.debit(ref="a")
    entries, _ = history(client)
    assert [each["balance"] for each in entries] == [742, 740]

    client.control("DELETE", "accounts/test-user")
    client.balance()
    entries, _ = history(client)
    assert [(each["op"], each["balance"]) for each in entries] == [("balance", 0)]


def test_an_account_that_was_credited_is_left_out_and_counted(client):
    client.debit("test-user", ref="a")
    client.post("credit", '{"user_id": "anna", "units": 5, "ref": "c", "reason": "x"}')
    client.debit("anna", ref="a")

    entries, answer = history(client)

    assert {each["user_id"] for each in entries} == {"test-user"}
    assert answer.headers["Accounts-Left-Out"] == "1"


@pytest.mark.parametrize("units", ["5e-324", "1." + "1" * 80])
def test_what_no_line_can_hold_is_left_out_and_its_account_where_it_was_charged(
    client, units
):
    client.check("test-user", units=units)
    client.balance("test-user")
    client.control("PUT", "accounts/anna", json={"balance": 10})
    client.debit("anna", units=units)

    entries, answer = history(client)

    assert [each["op"] for each in entries] == ["opening", "balance"]
    assert {each["user_id"] for each in entries} == {"test-user"}
    assert answer.headers["Accounts-Left-Out"] == "1"


def test_it_can_be_of_one_user_and_the_key_is_masked():
    client = MockClient(Settings(key="a-secret-of-ours"))
    client.debit("a-secret-of-ours", key="a-secret-of-ours", ref="a")
    client.debit("anna", key="a-secret-of-ours", ref="a")

    assert [each["user_id"] for each in history(client, user_id="anna")[0]] == ["anna"]
    assert {each["user_id"] for each in history(client)[0]} == {"anna", "***"}


def test_a_journal_that_has_forgotten_requests_tells_no_opening(client):
    client.service.pipeline.journal.requests_max = 1
    client.debit(ref="a")
    client.debit(ref="b")

    assert [each["op"] for each in history(client)[0]] == ["debit"]


def test_billing_audit_explains_a_run_under_faults():
    with BillingMock() as mock, ThreadPoolExecutor(8) as pool, httpx.Client() as client:
        mock.fund("anna", 60)
        for kind in ("lose_response", "drop_request", "garble_body", "truncate_body"):
            mock.fault(kind, probability=0.05, seed=1)
        mock.fault("status", status=503, acts="after", probability=0.05, seed=1)
        mock.fault("latency", median_seconds=0.001, p99_seconds=0.01, seed=1)

        def pay(number):
            body = payload(user_id="anna", ref=f"r-{number // 2}")
            with suppress(httpx.HTTPError):
                client.post(mock.url + PATH, content=body, headers=headers(mock.key))

        list(pool.map(pay, range(90)))
        lines = httpx.get(f"{mock.url}/_mock/history").content

    judged = audit(lines)
    assert judged.returncode == 0, judged.stdout
    charged_twice = lines.replace(b'"ref": "r-1"', b'"ref": "r-0"')
    assert audit(charged_twice).returncode == 1


def test_the_command_prints_it_for_the_audit():
    with running_mock() as (_, url, _):
        httpx.post(url + PATH, content=payload(), headers=headers(KEY))
        printed = run("billing_mock", "history", url)

    assert (printed.returncode, printed.stdout.count("\n")) == (0, 2)
    assert audit(printed.stdout.encode()).returncode == 0

    missing = run("billing_mock", "history", url)
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "cannot be reached" in missing.stderr
    assert "Traceback" not in missing.stderr


def test_the_command_says_where_there_is_no_mock():
    with running_mock("--host", "0.0.0.0") as (_, url, _):
        refused = run("billing_mock", "history", url, key="another-key")

    assert "set BILLING_SERVICE_TOKEN to its key" in refused.stderr
    assert "give the URL" in run("billing_mock", "history", "localhost").stderr
