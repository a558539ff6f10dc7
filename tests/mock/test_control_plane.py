"""The control plane: accounts, transactions, reset, readiness, and who may use it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from billing_mock.config.settings import Settings
from tests.mock_client import KEY, MockClient

JSON = {"Content-Type": "application/json"}


def test_an_account_is_put_read_listed_and_deleted(client):
    plan = {"plan_code": "gold", "expires_at": None, "status": "active"}
    put = client.control("PUT", "accounts/anna", json={"balance": 12.5, "plan": plan})
    got = client.control("GET", "accounts/anna")
    listed = client.control("GET", "accounts")
    deleted = client.control("DELETE", "accounts/anna")

    assert put.json == got.json == {"user_id": "anna", "balance": 12.5, "plan": plan}
    assert [account["user_id"] for account in listed.json["accounts"]][-1] == "anna"
    assert deleted.status_code == 204
    assert client.control("GET", "accounts/anna").status_code == 404
    assert client.control("DELETE", "accounts/anna").status_code == 404


def test_an_account_put_again_starts_anew(client):
    client.debit(ref="r")
    client.control("PUT", "accounts/test-user", json={"balance": 5})

    assert client.debit(ref="r").json["balance"] == 3.0


@pytest.mark.parametrize(
    "user_id", ["a/b", "/a", "//", "a b", "a\nb", "ключ", "%2F", "🙂"]
)
def test_any_text_is_a_user(client, user_id):
    path = f"accounts/{quote(user_id)}"
    put = client.control("PUT", path, json={"balance": 1})

    assert put.json["user_id"] == user_id
    assert client.balance(user_id).json["balance"] == 1.0
    assert client.control("GET", path).json["user_id"] == user_id
    assert client.control("DELETE", path).status_code == 204
    assert client.control("GET", path).status_code == 404


def test_a_balance_of_minus_zero_is_zero(client):
    put = client.control(
        "PUT", "accounts/anna", data='{"balance": -0.00}', headers=JSON
    )

    assert "-" not in put.text
    assert client.balance("anna").json["balance"] == 0


PLAN = {"plan_code": "gold", "status": "active"}


def test_an_expiry_in_days_counts_from_now(client):
    plan = {**PLAN, "expires_at": "+30d"}
    before = datetime.now(UTC).replace(microsecond=0)

    put = client.control("PUT", "accounts/anna", json={"balance": 1, "plan": plan})

    expires = datetime.fromisoformat(put.json["plan"]["expires_at"])
    assert timedelta(0) <= expires - before - timedelta(days=30) < timedelta(hours=1)
    assert client.balance("anna").json["plan"] == put.json["plan"]


@pytest.mark.parametrize(
    "expires",
    [
        "banana",
        "31.07.2025",
        "2025-07-31",
        "2025-07-31T10:00:00",
        "2025-02-30T10:00:00Z",
        "+999999d",
        "",
        "30d",
    ],
)
def test_an_expiry_that_is_no_moment_is_refused(client, expires):
    plan = {**PLAN, "expires_at": expires}
    before = client.balance().json

    for refused in (
        client.control("PUT", "accounts/test-user", json={"balance": 1, "plan": plan}),
        client.control(
            "POST",
            "accounts",
            json={"accounts": [{"user_id": "test-user", "balance": 1, "plan": plan}]},
        ),
    ):
        assert refused.status_code == 422
        assert (
            "plan.expires_at: must be a date-time with a zone" in refused.json["detail"]
        )
    assert client.balance().json == before


def test_half_of_a_surrogate_pair_is_no_user(client):
    body = '{"accounts": [{"user_id": "\\ud800", "balance": 1}]}'

    refused = client.control("POST", "accounts", data=body, headers=JSON)

    assert refused.status_code == 422
    assert "stands for no character" in refused.json["detail"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", "not JSON"),
        ("[]", "must be an object"),
        ("{}", "balance: must be a number"),
        ('{"balance": "5"}', "balance: must be a number"),
        ('{"balance": -1}', "balance: must be at least 0"),
        ('{"balance": 1e40}', "below 1e30"),
        ('{"balance": 1, "plan": {}}', "plan: must be null or an object"),
        (
            '{"balance": 1, "plan": {"plan_code": 1, "expires_at": null, "status": "a"}}',
            "plan.plan_code",
        ),
        ('{"balance": 1, "money": 2}', "money: no such field"),
    ],
)
def test_a_wrong_account_says_what_is_wrong(client, body, words):
    answer = client.control("PUT", "accounts/anna", data=body, headers=JSON)

    assert answer.status_code == 422
    assert words in answer.json["detail"]
    assert client.control("GET", "accounts/anna").status_code == 404


def test_the_list_of_accounts_brings_them_back(client):
    client.control("PUT", "accounts/anna", json={"balance": 12.5})
    kept = client.control("GET", "accounts")
    client.debit("anna", units=2, ref="r")
    client.control("DELETE", "accounts/test-user")

    opened = client.control("POST", "accounts", data=kept.data, headers=JSON)

    assert opened.json == kept.json
    assert client.balance("test-user").json["balance"] == 742.0
    assert client.debit("anna", units=2, ref="r").json["balance"] == 10.5


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", "not JSON"),
        ("[]", 'the list "accounts"'),
        ('{"accounts": {}}', 'the list "accounts"'),
        ('{"accounts": [], "other": 2}', 'the list "accounts" alone'),
        ('{"accounts": [5]}', "accounts[0]: user_id: must be a text"),
        ('{"accounts": [{"user_id": ""}]}', "accounts[0]: user_id: must be a text"),
        (
            '{"accounts": [{"user_id": "anna", "balance": 1}, {"user_id": "b"}]}',
            "accounts[1]: balance: must be a number",
        ),
        (
            '{"accounts": [{"user_id": "anna", "balance": 1}, {"user_id": "anna", "balance": 2}]}',
            "the user 'anna' stands twice",
        ),
    ],
)
def test_of_accounts_with_one_wrong_none_is_opened(client, body, words):
    answer = client.control("POST", "accounts", data=body, headers=JSON)

    assert answer.status_code == 422
    assert words in answer.json["detail"]
    assert client.control("GET", "accounts/anna").status_code == 404


def test_transactions_are_filtered_by_user_and_ref(client):
    client.debit(ref="a")
    client.debit("11111111-1111-1111-1111-111111111111", ref="a")
    client.debit(ref="b")

    found = client.control(
        "GET", "transactions", query_string={"user_id": "test-user", "ref": "a"}
    ).json["transactions"]

    assert [(each["ref"], each["units"], each["balance"]) for each in found] == [
        ("a", 2.0, 740.0)
    ]
    assert len(client.control("GET", "transactions").json["transactions"]) == 3


def test_a_reset_is_of_all_or_of_one_user(client):
    client.debit(ref="a")
    client.debit("11111111-1111-1111-1111-111111111111", ref="a")

    one = client.control("POST", "reset", json={"user_id": "test-user"})
    after_one = [
        account["balance"]
        for account in client.control("GET", "accounts").json["accounts"]
    ]
    client.control("POST", "reset")
    after_all = [
        account["balance"]
        for account in client.control("GET", "accounts").json["accounts"]
    ]

    assert one.status_code == 204
    assert sorted(after_one) == [740.0, 742.0]
    assert after_all == [742.0, 742.0]


@pytest.mark.parametrize("body", ["[]", '{"user": "a"}', '{"user_id": 5}', "{"])
def test_a_wrong_reset_resets_nothing(client, body):
    client.debit()

    assert client.control("POST", "reset", data=body, headers=JSON).status_code == 422
    assert client.balance().json["balance"] == 740.0


def test_readiness_names_the_contract(client):
    ready = client.control("GET", "ready").json

    assert ready["ready"] is True
    assert ready["contract"] == client.service.contract.version


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8001", "localhost.evil.example"]
)
def test_a_web_page_cannot_reach_it_by_another_name(client, host):
    answer = client.control(
        "PUT", "accounts/anna", json={"balance": 1}, headers={"Host": host}
    )

    assert answer.status_code == 403
    assert client.control("GET", "accounts/anna").status_code == 404


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8001", "127.0.0.1:1", "[::1]:8001", "[::1]"]
)
def test_this_machine_can_reach_it(client, host):
    assert client.control("GET", "ready", headers={"Host": host}).status_code == 200


def test_a_form_of_a_web_page_is_refused(client):
    answer = client.control(
        "POST",
        "reset",
        data='{"user_id": "test-user"}',
        headers={"Content-Type": "text/plain"},
    )

    assert answer.status_code == 415


def test_open_to_other_machines_it_needs_the_key():
    client = MockClient(Settings(open_control_plane=False))

    assert client.control("GET", "accounts").status_code == 401
    assert (
        client.control(
            "GET", "accounts", headers={"X-Internal-Key": "wrong"}
        ).status_code
        == 401
    )
    assert (
        client.control(
            "GET", "accounts", headers={"X-Internal-Key": KEY, "Host": "mock.internal"}
        ).status_code
        == 200
    )


def test_its_errors_are_json(client):
    assert client.control("GET", "nothing").json["detail"]
    assert client.control("PATCH", "accounts").status_code == 405
