"""The journal: what it keeps, what it forgets, and that the key is never in it."""

from __future__ import annotations

import base64
from decimal import Decimal
from urllib.parse import quote

import pytest

from billing_mock.api.answer import Answer
from billing_mock.config.settings import Settings
from billing_mock.faults import Delivery
from billing_mock.journal.journal import Journal
from billing_mock.journal.record import Record
from tests.mock_client import KEY, MockClient


def requests(client, **filters):
    return client.control("GET", "requests", query_string=filters).json["requests"]


def record(body=b""):
    answer = Answer(200, "application/json", b"{}")
    return Record(
        0.0, 0.0, 0.0, "debit", "POST", "/", "", body, Delivery(answer, answer)
    )


def contents(parsed):
    return list(parsed.values() if isinstance(parsed, dict) else parsed)


def test_a_request_is_told_with_its_verdict_and_reason(client):
    client.debit(ref="r-1")
    client.debit(ref="r-1")

    first, second = requests(client)

    assert (first["operation"], first["user_id"], first["ref"], first["units"]) == (
        "debit",
        "test-user",
        "r-1",
        2.0,
    )
    assert (first["verdict"], first["status"], first["has_effect"], first["why"]) == (
        "accepted",
        200,
        True,
        None,
    )
    assert (second["verdict"], second["status"], second["has_effect"]) == (
        "refused",
        409,
        False,
    )
    assert "'r-1' was used" in second["why"]


def test_it_filters_by_user_operation_status_verdict_and_id(client):
    client.debit("anna", ref="a")
    client.check("boris")
    client.balance("anna")
    client.debit("boris", units="-1", ref="b")

    assert [each["user_id"] for each in requests(client, user_id="anna")] == [
        "anna",
        "anna",
    ]
    assert [each["operation"] for each in requests(client, operation="debit")] == [
        "debit",
        "debit",
    ]
    assert [each["status"] for each in requests(client, status=422)] == [422]
    assert [each["verdict"] for each in requests(client, verdict="refused")] == [
        "refused"
    ]
    assert [each["id"] for each in requests(client, since=2)] == [3, 4]
    assert [each["id"] for each in requests(client, limit=2)] == [3, 4]
    assert requests(client, limit=1, user_id="anna")[0]["operation"] == "balance"


def test_a_wrong_filter_is_refused(client):
    for filters, words in [
        ({"state": 200}, "state: no such filter; there are: limit, operation"),
        ({"status": "4xx"}, "status: must be a whole number"),
        ({"verdict": "ok"}, "verdict: must be one of accepted, failed, fault"),
        ({"operation": "pay"}, "operation: must be one of balance, check"),
    ]:
        answer = client.control("GET", "requests", query_string=filters)
        assert answer.status_code == 422
        assert words in answer.json["detail"]


def test_violations_of_the_contract_are_named(client):
    client.post(
        "debit", '{"user_id": "anna", "units": "2", "ref": "r", "action": "chat"}'
    )
    client.http.get("/internal/billing/debit", headers={"X-Internal-Key": KEY})
    client.http.get("/nowhere")

    wrong, method, path = requests(client)

    assert wrong["violations"] == [
        "reason: is missing",
        "units: must be a number, not a string",
        "action: not in the contract",
    ]
    assert (method["verdict"], method["status"], method["operation"]) == (
        "invalid",
        405,
        None,
    )
    assert (path["verdict"], path["status"], path["path"]) == (
        "invalid",
        404,
        "/nowhere",
    )


def test_what_is_apart_from_the_conversation_is_not_written_down(client):
    client.control("GET", "accounts")
    client.control("GET", "nowhere")
    client.http.get("/health")
    client.http.get("/favicon.ico")

    assert requests(client) == []


@pytest.mark.parametrize("key", ["a-secret-of-ours", "b64/+secret=="])
def test_the_key_is_masked_wherever_a_gateway_puts_it(key):
    client = MockClient(Settings(key=key))
    fields = f'{{"user_id": "{key}", "units": 1, "ref": "{key}", "reason": "x", "{key}": "{key}"}}'
    client.post("debit", fields, key=key)
    client.post("debit", fields.replace("/", "\\/"), key=key)
    query = {"user_id": key, key: key}
    headers = {"X-Internal-Key": key}
    client.http.get("/internal/billing/balance", query_string=query, headers=headers)
    client.http.get(f"/internal/{key}?key={key}", headers=headers)
    client.post("debit", "{}", key=f"{key}x")
    wrapped = base64.b64encode(f"gateway:{key}".encode()).decode()
    client.debit(ref=f"Basic {wrapped}", key=key)
    client.debit(ref=f"cut {key[:-1]}, {key.upper()}", key=key)

    told = "".join(
        client.control("GET", path).text
        for path in ("requests", "findings", "settings", "transactions", "accounts")
    )

    assert "***" in told
    for form in (key, quote(key, safe=""), key.replace("/", "\\/"), wrapped):
        assert form not in told
    assert key[:-1].lower() not in told.lower()


def test_a_head_is_no_call_and_uses_up_no_fault(client):
    client.control("POST", "faults", json={"kind": "lose_response", "times": 1})

    headers = {"X-Internal-Key": KEY}
    answer = client.http.head("/internal/billing/balance?user_id=anna", headers=headers)

    assert (answer.status_code, answer.data) == (200, b"")
    assert requests(client) == []
    assert client.control("GET", "faults").json["faults"][0]["fired"] == 0


@pytest.mark.parametrize(
    "extra", ["", ', "z": [%s1]' % ("1," * 1000)], ids=["flat", "nested"]
)
@pytest.mark.parametrize("reads", [False, True], ids=["never read", "read by a fault"])
def test_what_a_request_says_takes_no_more_room_than_the_journal_counts(
    client, extra, reads
):
    if reads:
        client.control("POST", "faults", json={"kind": "status", "user_id": "boris"})
    client.post(
        "debit", f'{{"user_id": "anna", "units": 2, "ref": "r", "reason": "x"{extra}}}'
    )
    client.post("check", '{"user_id": "anna", "z": [%s1]}' % ("1," * 1000))

    debit, check = client.service.pipeline.journal.records()

    assert all(
        isinstance(each, str | Decimal | frozenset | None)
        for each in contents(debit.parsed)
    )
    assert contents(check.parsed) == ["anna", None, None, None, {"user_id", "z"}]
    assert debit.fields[:4] == ("anna", Decimal(2), "r", "x")
    assert debit.fields.names == {"user_id", "units", "ref", "reason"} | (
        {"z"} if extra else set()
    )


def test_it_keeps_so_many_requests_and_counts_what_it_forgot():
    journal = Journal(requests_max=3)
    for _ in range(5):
        journal.append(record())

    assert [each.id for each in journal.records()] == [3, 4, 5]
    assert journal.dropped == 2


def test_it_keeps_so_many_bytes():
    journal = Journal(bytes_max=12_000)
    for _ in range(5):
        journal.append(record(b"x" * 4000))

    assert [each.id for each in journal.records()] == [4, 5]
    assert journal.dropped == 3


def test_a_reset_empties_it_and_numbers_go_on(client):
    client.check("anna")
    client.check("boris")

    client.control("POST", "reset", json={"user_id": "anna"})
    assert [each["user_id"] for each in requests(client)] == ["boris"]
    client.control("POST", "reset")
    client.check("anna")

    assert [each["id"] for each in requests(client)] == [3]


def test_a_request_that_cannot_be_read_has_no_user(client):
    client.post("debit", "{")
    client.post("debit", "[1]")
    client.post("debit", '{"user_id": 7, "units": "x"}')

    assert {each["user_id"] for each in requests(client)} == {None}
    assert {each["units"] for each in requests(client)} == {None}
