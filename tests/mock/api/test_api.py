"""What the mock answers, and what each refusal leaves untouched."""

from __future__ import annotations

import gzip
import re

import pytest

DOCUMENT_USER = "11111111-1111-1111-1111-111111111111"


def test_the_documents_own_requests_get_the_documents_own_answers(client):
    check = client.check(DOCUMENT_USER)
    debit = client.debit(DOCUMENT_USER, ref="req-876c9a1234567890")
    balance = client.balance(DOCUMENT_USER)

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
def test_money_is_decimal_from_text_to_text(client, units, left):
    answer = client.debit(units=units)

    assert f'"balance": {left},' in answer.text


def test_a_tiny_double_is_kept_exactly(client):
    client.debit(units="5e-324")

    assert client.service.ledger.balance("test-user") < 742
    assert client.debit(units="741", ref="r-2").status_code == 200


@pytest.mark.parametrize(
    ("call", "status", "words"),
    [
        (lambda client: client.debit(key="wrong"), 401, "wrong key"),
        (lambda client: client.debit(key=None), 401, "X-Internal-Key is missing"),
        (lambda client: client.debit(key=""), 401, "wrong key"),
        (
            lambda client: client.debit(units="742.01"),
            403,
            "the balance is 742.0, the debit 742.01",
        ),
        (lambda client: client.debit(user_id="stranger"), 403, "the balance is 0.0"),
        (lambda client: client.debit(units="0"), 422, "units: must be greater than 0"),
        (
            lambda client: client.debit(units='"2"'),
            422,
            "units: must be a number, not a string",
        ),
        (lambda client: client.debit(ref=""), 422, "ref: must not be empty"),
        (lambda client: client.post("debit", "{}"), 422, "ref: is missing"),
        (lambda client: client.post("debit", '{"units": NaN}'), 422, "not JSON"),
        (lambda client: client.post("debit", b"\xff"), 422, "not UTF-8"),
        (
            lambda client: client.debit(content_type="text/plain"),
            422,
            "Content-Type: application/json",
        ),
        (lambda client: client.http.get("/internal/billing/debit"), 405, "use POST"),
        (lambda client: client.http.post("/internal/billing/nothing"), 404, "no route"),
        (lambda client: client.http.post("/internal/billing/debit/"), 404, "no route"),
        (lambda client: client.post("debit", b" " * 2_000_000), 413, "larger than"),
        (lambda client: client.balance(""), 422, "user_id: must not be empty"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(client, call, status, words):
    answer = call(client)

    assert answer.status_code == status
    assert answer.mimetype == "application/json"
    assert words in answer.json["detail"]
    assert client.service.ledger.balance("test-user") == 742
    assert client.debit(ref="r-1").status_code == 200


def test_another_method_is_told_the_right_one(client):
    assert client.http.put("/internal/billing/balance").headers["Allow"] == "GET, HEAD"


def test_a_used_ref_is_a_conflict_also_when_the_money_has_run_out(client):
    client.debit(units="742")

    again = client.debit(units="742")

    assert again.status_code == 409
    assert "r-1" in again.json["detail"]


def test_a_failure_of_the_mock_is_a_500_in_json_without_a_traceback(
    client, monkeypatch, caplog
):
    monkeypatch.setattr(client.service.ledger, "debit", lambda entry: 1 / 0)

    answer = client.debit()

    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert "super-secret-dev" not in caplog.text


def test_credit_and_plan_are_served(client):
    credit = client.post(
        "credit", '{"user_id": "test-user", "units": 1.5, "ref": "c", "reason": "x"}'
    )
    applied = client.post(
        "plan/apply", '{"user_id": "test-user", "plan_id": "base750", "ref": "p"}'
    )
    again = client.post(
        "plan/apply", '{"user_id": "test-user", "plan_id": "base750", "ref": "p"}'
    )
    unknown = client.post("plan/apply", '{"user_id": "test-user", "plan_id": "gold"}')

    assert credit.json["balance"] == 743.5
    assert applied.json == {"plan_id": "base750", "new_balance": 1493.5}
    assert (again.status_code, unknown.status_code) == (409, 404)
    assert client.balance().json["plan"]["plan_code"] == "base750"


def test_health_needs_no_key(client):
    assert client.http.get("/health").json == {"status": "ok"}


def test_a_compressed_body_is_refused_by_the_name_of_its_header(client):
    body = gzip.compress(
        b'{"user_id": "test-user", "units": 1, "ref": "r", "reason": "a"}'
    )
    before = client.balance().json

    refused = client.post("debit", body)

    assert refused.status_code == 422
    assert "without Content-Encoding" in refused.json["detail"]
    assert client.balance().json == before


def test_an_unknown_route_of_the_control_plane_names_its_own_document(client):
    refused = client.control("GET", "nothing")

    assert refused.status_code == 404
    assert "/_mock/openapi.json" in refused.json["detail"]
