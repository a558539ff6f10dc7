"""Every open choice of the contract is a setting of the mock, and every option does what it says."""

from __future__ import annotations

import pytest

from billing_contract import load_contract
from billing_mock.config.choices import ChoiceError, Choices

CHOICES = load_contract().open_choices

SHOWN = {
    ("unknown-user", "empty"): lambda talk: (
        talk.check("new").json == {"allowed": False, "balance": 0.0}
        and talk.debit("new").status_code == 403
    ),
    ("unknown-user", "not-found"): lambda talk: (
        [
            talk.check("new").status_code,
            talk.balance("new").status_code,
            talk.debit("new").status_code,
        ]
        == [404] * 3
    ),
    ("unknown-user", "forbidden"): lambda talk: (
        [
            talk.check("new").status_code,
            talk.balance("new").status_code,
            talk.debit("new").status_code,
        ]
        == [404, 404, 403]
    ),
    ("unknown-user", "funded"): lambda talk: talk.debit("new").json["balance"] == 740.0,
    ("user-id-format", "any-string"): lambda talk: (
        talk.check("test-user").status_code == 200
    ),
    ("user-id-format", "uuid"): lambda talk: (
        [talk.check("test-user").status_code, talk.balance("test-user").status_code]
        == [422, 422]
        and talk.check("11111111-1111-1111-1111-111111111111").status_code == 200
    ),
    ("ref-scope", "per-user"): lambda talk: two_users(talk) == [200, 200],
    ("ref-scope", "global"): lambda talk: two_users(talk) == [200, 409],
    ("no-plan", "null"): lambda talk: talk.balance().json["plan"] is None,
    ("no-plan", "absent"): lambda talk: "plan" not in talk.balance().json,
    ("no-plan", "placeholder"): lambda talk: (
        talk.balance().json["plan"]
        == {"plan_code": "none", "expires_at": None, "status": "inactive"}
    ),
    ("error-body", "detail"): lambda talk: (
        list(talk.debit(units="0").json) == ["detail"]
    ),
    ("error-body", "detail-list"): lambda talk: (
        talk.debit(units="0").json["detail"][0]["loc"] == ["body", "units"]
        and isinstance(talk.debit(key="x").json["detail"], str)
    ),
    ("error-body", "code-and-detail"): lambda talk: (
        talk.debit(key="x").json["code"] == "wrong_key"
    ),
    ("error-body", "problem"): lambda talk: (
        talk.debit(key="x").mimetype == "application/problem+json"
        and talk.debit(key="x").json["status"] == 401
    ),
    ("unknown-fields", "ignored"): lambda talk: with_action(talk) == 200,
    ("unknown-fields", "refused"): lambda talk: with_action(talk) == 422,
    ("malformed-json", "422"): lambda talk: talk.post("debit", "{").status_code == 422,
    ("malformed-json", "400"): lambda talk: talk.post("debit", "{").status_code == 400,
    ("content-type", "422"): lambda talk: (
        talk.debit(content_type="text/plain").status_code == 422
    ),
    ("content-type", "415"): lambda talk: (
        talk.debit(content_type="text/plain").status_code == 415
    ),
    ("content-type", "accepted"): lambda talk: (
        talk.debit(content_type="text/plain").status_code == 200
    ),
    ("units-precision", "kept"): lambda talk: (
        '"balance": 741.996,' in talk.debit(units="0.004").text
    ),
    ("units-precision", "rounded"): lambda talk: (
        '"balance": 741.99,' in talk.debit(units="0.005").text
        and talk.debit(units="0.004", ref="2").status_code == 422
    ),
    ("units-precision", "refused"): lambda talk: (
        talk.debit(units="0.004").status_code == 422
        and talk.debit(units="0.040", ref="2").status_code == 200
    ),
    ("units-maximum", "none"): lambda talk: (
        talk.check(units="1e30").json["allowed"] is False
    ),
    ("units-maximum", "10000"): lambda talk: limits(talk, "10000", "10000.01"),
    ("units-maximum", "1000000"): lambda talk: limits(talk, "1000000", "1000000.01"),
    ("units-maximum", "1000000000"): lambda talk: limits(talk, "1000000000", "1e10"),
    ("ref-max-length", "none"): lambda talk: (
        talk.debit(ref="x" * 5000).status_code == 200
    ),
    ("ref-max-length", "64"): lambda talk: longest(talk, 64),
    ("ref-max-length", "128"): lambda talk: longest(talk, 128),
    ("ref-max-length", "255"): lambda talk: longest(talk, 255),
    ("whole-numbers", "decimal-point"): lambda talk: (
        '"balance": 742.0' in talk.balance().text
    ),
    ("whole-numbers", "integer"): lambda talk: '"balance": 742,' in talk.balance().text,
    ("missing-key", "401"): lambda talk: talk.debit(key=None).status_code == 401,
    ("missing-key", "422"): lambda talk: talk.debit(key=None).status_code == 422,
    ("tx-id", "uuid"): lambda talk: talk.debit().json["tx_id"].count("-") == 4,
    ("tx-id", "opaque"): lambda talk: talk.debit().json["tx_id"].startswith("tx_"),
}


def two_users(talk):
    users = ("test-user", "11111111-1111-1111-1111-111111111111")
    return [talk.debit(user, ref="shared").status_code for user in users]


def with_action(talk):
    body = '{"user_id": "test-user", "units": 1, "ref": "r", "reason": "x", "action": "chat"}'
    return talk.post("debit", body).status_code


def limits(talk, largest, beyond):
    return [talk.check(units=units).status_code for units in (largest, beyond)] == [
        200,
        422,
    ]


def longest(talk, length):
    return [
        talk.debit(ref="x" * size).status_code for size in (length, length + 1)
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
    talk = with_choices(**{name: option})

    assert SHOWN[name, option](talk)


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
