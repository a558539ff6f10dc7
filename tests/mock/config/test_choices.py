"""Every open choice of the contract is a setting of the mock, and every option does what it says."""

from __future__ import annotations

import pytest

from billing_contract import load_contract
from billing_mock.config.choices import ChoiceError, Choices
from billing_mock.ledger.account import DOCUMENT_USER

CHOICES = load_contract().open_choices

SHOWN = {
    ("unknown-user", "empty"): lambda client: (
        client.check("new").json == {"allowed": False, "balance": 0.0}
        and client.debit("new").status_code == 403
    ),
    ("unknown-user", "not-found"): lambda client: (
        [
            client.check("new").status_code,
            client.balance("new").status_code,
            client.debit("new").status_code,
        ]
        == [404] * 3
    ),
    ("unknown-user", "forbidden"): lambda client: (
        [
            client.check("new").status_code,
            client.balance("new").status_code,
            client.debit("new").status_code,
        ]
        == [404, 404, 403]
    ),
    ("unknown-user", "funded"): lambda client: (
        client.debit("new").json["balance"] == 740.0
    ),
    ("user-id-format", "any-string"): lambda client: (
        client.check("test-user").status_code == 200
    ),
    ("user-id-format", "uuid"): lambda client: (
        [client.check("test-user").status_code, client.balance("test-user").status_code]
        == [422, 422]
        and client.check("11111111-1111-1111-1111-111111111111").status_code == 200
    ),
    ("ref-scope", "per-user"): lambda client: two_users(client) == [200, 200],
    ("ref-scope", "global"): lambda client: two_users(client) == [200, 409],
    ("no-plan", "null"): lambda client: client.balance().json["plan"] is None,
    ("no-plan", "absent"): lambda client: "plan" not in client.balance().json,
    ("no-plan", "placeholder"): lambda client: (
        client.balance().json["plan"]
        == {"plan_code": "none", "expires_at": None, "status": "inactive"}
    ),
    ("expired-plan", "unchanged"): lambda client: ended(client)["status"] == "active",
    ("expired-plan", "expired"): lambda client: ended(client)["status"] == "expired",
    ("expired-plan", "gone"): lambda client: ended(client) is None,
    ("error-body", "detail"): lambda client: (
        list(client.debit(units="0").json) == ["detail"]
    ),
    ("error-body", "detail-list"): lambda client: (
        client.debit(units="0").json["detail"][0]["loc"] == ["body", "units"]
        and isinstance(client.debit(key="x").json["detail"], str)
    ),
    ("error-body", "code-and-detail"): lambda client: (
        client.debit(key="x").json["code"] == "wrong_key"
    ),
    ("error-body", "problem"): lambda client: (
        client.debit(key="x").mimetype == "application/problem+json"
        and client.debit(key="x").json["status"] == 401
    ),
    ("unknown-fields", "ignored"): lambda client: with_action(client) == 200,
    ("unknown-fields", "refused"): lambda client: with_action(client) == 422,
    ("malformed-json", "422"): lambda client: (
        client.post("debit", "{").status_code == 422
    ),
    ("malformed-json", "400"): lambda client: (
        client.post("debit", "{").status_code == 400
    ),
    ("content-type", "422"): lambda client: (
        client.debit(content_type="text/plain").status_code == 422
    ),
    ("content-type", "415"): lambda client: (
        client.debit(content_type="text/plain").status_code == 415
    ),
    ("content-type", "accepted"): lambda client: (
        client.debit(content_type="text/plain").status_code == 200
    ),
    ("units-precision", "kept"): lambda client: (
        '"balance": 741.996,' in client.debit(units="0.004").text
    ),
    ("units-precision", "rounded"): lambda client: (
        '"balance": 741.99,' in client.debit(units="0.005").text
        and client.debit(units="0.004", ref="2").status_code == 422
    ),
    ("units-precision", "refused"): lambda client: (
        client.debit(units="0.004").status_code == 422
        and client.debit(units="0.040", ref="2").status_code == 200
    ),
    ("units-maximum", "none"): lambda client: (
        client.check(units="1e30").json["allowed"] is False
    ),
    ("units-maximum", "10000"): lambda client: limits(client, "10000", "10000.01"),
    ("units-maximum", "1000000"): lambda client: limits(
        client, "1000000", "1000000.01"
    ),
    ("units-maximum", "1000000000"): lambda client: limits(
        client, "1000000000", "1e10"
    ),
    ("ref-max-length", "none"): lambda client: (
        client.debit(ref="x" * 5000).status_code == 200
    ),
    ("ref-max-length", "64"): lambda client: longest(client, 64),
    ("ref-max-length", "128"): lambda client: longest(client, 128),
    ("ref-max-length", "255"): lambda client: longest(client, 255),
    ("whole-numbers", "decimal-point"): lambda client: (
        '"balance": 742.0' in client.balance().text
    ),
    ("whole-numbers", "integer"): lambda client: (
        '"balance": 742,' in client.balance().text
    ),
    ("missing-key", "401"): lambda client: client.debit(key=None).status_code == 401,
    ("missing-key", "422"): lambda client: client.debit(key=None).status_code == 422,
    ("tx-id", "uuid"): lambda client: client.debit().json["tx_id"].count("-") == 4,
    ("tx-id", "opaque"): lambda client: client.debit().json["tx_id"].startswith("tx_"),
}


def ended(client):
    """Return what is told of the plan of the document's own user, which ended in 2025."""
    return client.balance(DOCUMENT_USER).json["plan"]


def two_users(client):
    users = ("test-user", "11111111-1111-1111-1111-111111111111")
    return [client.debit(user, ref="shared").status_code for user in users]


def with_action(client):
    body = '{"user_id": "test-user", "units": 1, "ref": "r", "reason": "x", "action": "chat"}'
    return client.post("debit", body).status_code


def limits(client, largest, beyond):
    return [client.check(units=units).status_code for units in (largest, beyond)] == [
        200,
        422,
    ]


def longest(client, length):
    return [
        client.debit(ref="x" * size).status_code for size in (length, length + 1)
    ] == [200, 422]


@pytest.mark.parametrize(
    ("name", "option"),
    [
        (name, option)
        for name, choice in CHOICES.items()
        for option in choice.option_ids
    ],
)
def test_every_option_does_what_it_says(with_choices, name, option):
    client = with_choices(**{name: option})

    assert SHOWN[name, option](client)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("unknown-user", "NAME=OPTION"),
        ("unknown-users=empty", "unknown-user, user-id-format"),
        ("unknown-user=nobody", "empty, not-found, forbidden, funded"),
    ],
)
def test_a_wrong_choice_lists_the_right_ones(text, words):
    with pytest.raises(ChoiceError, match=words):
        Choices.parse(load_contract(), [text])


def test_the_default_is_the_contracts():
    assert dict(Choices(load_contract(), {})) == {
        name: choice.default for name, choice in CHOICES.items()
    }
