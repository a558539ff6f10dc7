"""What the mock answers, and what each refusal leaves untouched."""

from __future__ import annotations

import re

import pytest

DOCUMENT_USER = "11111111-1111-1111-1111-111111111111"


def test_the_documents_own_requests_get_the_documents_own_answers(talk):
    check = talk.check(DOCUMENT_USER)
    debit = talk.debit(DOCUMENT_USER, ref="req-876c9a1234567890")
    balance = talk.balance(DOCUMENT_USER)

    assert check.json == {"allowed": True, "balance": 742.0}
    assert debit.json["balance"] == 740.0
    assert re.fullmatch(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", debit.json["tx_id"]
    )
    assert balance.json == {
        "balance": 740.0,
        "plan": {
            "plan_code": "base750",
            "expires_at": "2025-07-31T10:00:00Z",
            "status": "active",
        },
    }


@pytest.mark.parametrize(
    ("units", "left"),
    [
        ("2", "740.0"),
        ("2.50", "739.5"),
        ("1e2", "642.0"),
        ("0.1", "741.9"),
        ("742", "0.0"),
        ("0.001", "741.999"),
    ],
)
def test_money_is_decimal_from_text_to_text(talk, units, left):
    answer = talk.debit(units=units)

    assert f'"balance": {left},' in answer.text


def test_a_tiny_double_is_kept_exactly(talk):
    talk.debit(units="5e-324")

    assert talk.service.ledger.balance("test-user") < 742
    assert talk.debit(units="741", ref="r-2").status_code == 200


@pytest.mark.parametrize(
    ("call", "status", "words"),
    [
        (lambda talk: talk.debit(key="wrong"), 401, "wrong key"),
        (lambda talk: talk.debit(key=None), 401, "X-Internal-Key is missing"),
        (lambda talk: talk.debit(key=""), 401, "wrong key"),
        (
            lambda talk: talk.debit(units="742.01"),
            403,
            "the balance is 742.0, the debit 742.01",
        ),
        (lambda talk: talk.debit(user_id="stranger"), 403, "the balance is 0.0"),
        (lambda talk: talk.debit(units="0"), 422, "units: must be greater than 0"),
        (
            lambda talk: talk.debit(units='"2"'),
            422,
            "units: must be a number, not a string",
        ),
        (lambda talk: talk.debit(ref=""), 422, "ref: must not be empty"),
        (lambda talk: talk.post("debit", "{}"), 422, "ref: is missing"),
        (lambda talk: talk.post("debit", '{"units": NaN}'), 422, "not JSON"),
        (lambda talk: talk.post("debit", b"\xff"), 422, "not UTF-8"),
        (
            lambda talk: talk.debit(content_type="text/plain"),
            422,
            "Content-Type: application/json",
        ),
        (lambda talk: talk.http.get("/internal/billing/debit"), 405, "use POST"),
        (lambda talk: talk.http.post("/internal/billing/nothing"), 404, "no route"),
        (lambda talk: talk.http.post("/internal/billing/debit/"), 404, "no route"),
        (lambda talk: talk.post("debit", b" " * 2_000_000), 413, "larger than"),
        (lambda talk: talk.balance(""), 422, "user_id: must not be empty"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(talk, call, status, words):
    answer = call(talk)

    assert answer.status_code == status
    assert answer.mimetype == "application/json"
    assert words in answer.json["detail"]
    assert talk.service.ledger.balance("test-user") == 742
    assert talk.debit(ref="r-1").status_code == 200


def test_another_method_is_told_the_right_one(talk):
    assert talk.http.put("/internal/billing/balance").headers["Allow"] == "GET, HEAD"


def test_a_used_ref_is_a_conflict_also_when_the_money_has_run_out(talk):
    talk.debit(units="742")

    again = talk.debit(units="742")

    assert again.status_code == 409
    assert "r-1" in again.json["detail"]


def test_a_failure_of_the_mock_is_a_500_in_json_without_a_traceback(
    talk, monkeypatch, caplog
):
    monkeypatch.setattr(talk.service.ledger, "debit", lambda entry: 1 / 0)

    answer = talk.debit()

    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert "super-secret-dev" not in caplog.text


def test_credit_and_plan_are_served(talk):
    credit = talk.post(
        "credit", '{"user_id": "test-user", "units": 1.5, "ref": "c", "reason": "x"}'
    )
    applied = talk.post(
        "plan/apply", '{"user_id": "test-user", "plan_id": "base750", "ref": "p"}'
    )
    again = talk.post(
        "plan/apply", '{"user_id": "test-user", "plan_id": "base750", "ref": "p"}'
    )
    unknown = talk.post("plan/apply", '{"user_id": "test-user", "plan_id": "gold"}')

    assert credit.json["balance"] == 743.5
    assert applied.json == {"plan_id": "base750", "new_balance": 1493.5}
    assert (again.status_code, unknown.status_code) == (409, 404)
    assert talk.balance().json["plan"]["plan_code"] == "base750"


def test_health_needs_no_key(talk):
    assert talk.http.get("/health").json == {"status": "ok"}
