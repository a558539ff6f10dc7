"""HTTP (clauses http.*): no request is answered 5xx, other methods are refused, and errors are JSON."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_verify.checks.shapes import assert_json_error
from billing_verify.clauses import clause
from billing_verify.client.keys import WRONG_KEY, KeyVariant
from billing_verify.needs import costs

ODD_TEXTS = {
    "64 characters": "x" * 64,
    "emoji": "\U0001f4b8\U0001f469\u200d\U0001f4bb",
    "right to left": "\u0634\u062d\u0646-\u05d7\u05d9\u05d5\u05d1",
    "combining": "e\u0301\u0323\u0302",
    "Cyrillic": "\u0441\u043f\u0438\u0441\u0430\u043d\u0438\u0435",
    "quotes": "'; DROP TABLE debits; --\"",
    "percent and braces": "%s %n {0} ${x} \\",
    "NUL": "a\x00b",
    "line break": "a\r\nb",
    "very long": "x" * 5000,
}
ODD_NUMBERS = [
    "1e2",
    "1E-2",
    "1e400",
    "1e-400",
    "123456789012345678901234567890",
    "0.010000",
    "9" * 400,
]
ODD_BODIES = {
    "not UTF-8": b'{"user_id": "\xff\xfe"}',
    "lone surrogate": b'{"user_id": "\\ud800", "units": 1, "ref": "\\udfff", "reason": "x"}',
    "deep": b"[" * 20000,
    "number": b"1",
    "text": b'"debit"',
    "null": b"null",
    "array of debits": b'[{"user_id": "a", "units": 1, "ref": "b", "reason": "c"}]',
    "twice the same field": b'{"units": 1, "units": -1, "user_id": "a", "ref": "b", "reason": "c"}',
    "large": b'{"reason": "' + b"x" * 300_000 + b'"}',
    "white space first": b' \r\n\t {"user_id": "a", "units": 1, "ref": "b", "reason": "c"}',
    "white space last": b'{"user_id": "a", "units": 1, "ref": "b", "reason": "c"} \r\n\t ',
    "NUL bytes": b"\x00\x00\x00",
}
TYPES = [
    "",
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json; charset=utf-16",
    "multipart/form-data",
    "//",
]

pytestmark = costs(1)


@clause("http.no-5xx")
@pytest.mark.parametrize("field", ["ref", "reason", "user_id"])
@pytest.mark.parametrize("kind", ODD_TEXTS)
def test_odd_texts_are_survived(billing, funded, field, kind):
    account = funded()
    fields = billing.debit_fields(account)

    response = billing.request("debitBalance", {**fields, field: ODD_TEXTS[kind]})
    check = billing.request(
        "checkBalance", {**billing.check_fields(account), "user_id": ODD_TEXTS[kind]}
    )
    read = billing.request("getBalance", query={"user_id": ODD_TEXTS[kind]})

    for each in (response, check, read):
        assert each.status < 500


@clause("http.no-5xx")
@pytest.mark.parametrize("units", ODD_NUMBERS, ids=lambda units: units[:20])
def test_odd_numbers_are_survived(billing, anyone, units):
    account = anyone()
    body = billing.fill_template(
        b'{"user_id": "%s", "ref": "%s", "reason": "odd", "units": '
        + units.encode()
        + b"}",
        account,
        billing.new_ref(),
    )

    responses = [
        billing.request(operation, body)
        for operation in ("checkBalance", "debitBalance")
    ]

    for response in responses:
        assert response.status < 500


@clause("http.no-5xx")
@pytest.mark.parametrize("operation", ["checkBalance", "debitBalance"])
@pytest.mark.parametrize("kind", ODD_BODIES)
def test_odd_bodies_are_survived(billing, operation, kind):
    response = billing.request(operation, billing.fill_template(ODD_BODIES[kind]))

    assert response.status < 500


@clause("http.no-5xx")
@pytest.mark.parametrize("operation", ["checkBalance", "debitBalance"])
@given(body=st.binary(max_size=200))
def test_any_bytes_are_survived(billing, operation, body):
    response = billing.request(operation, body)

    assert response.status < 500


@clause("http.no-5xx")
@pytest.mark.parametrize("content_type", TYPES, ids=repr)
def test_odd_content_types_are_survived(billing, funded, content_type):
    account = funded()
    call = billing.call("debitBalance", billing.debit_fields(account))

    response = billing.send_call(
        replace(call, headers={"Content-Type": content_type} if content_type else {})
    )

    assert response.status < 500


@clause("http.no-5xx")
@pytest.mark.parametrize(
    "query",
    [
        "user_id=%00",
        "user_id=%ff",
        "user_id=a&user_id=b",
        "user_id[]=a",
        "=",
        "&&&",
        "user_id=" + "x" * 3000,
    ],
)
def test_odd_queries_are_survived(billing, query):
    call = billing.call("getBalance")

    response = billing.send_call(replace(call, url=f"{call.url}?{query}"))

    assert response.status < 500


@clause("http.no-5xx")
def test_fields_beyond_the_contract_are_survived(billing, funded):
    account = funded()

    response = billing.request(
        "debitBalance",
        {**billing.debit_fields(account), "action": "chat", "meta": {"a": [None]}},
    )

    assert response.status < 500


@clause("http.method")
@pytest.mark.parametrize(
    ("operation", "method"),
    [
        *(
            (operation, method)
            for operation in ("checkBalance", "debitBalance")
            for method in ("GET", "PUT", "PATCH", "DELETE")
        ),
        *(("getBalance", method) for method in ("POST", "PUT", "PATCH", "DELETE")),
    ],
)
def test_another_method_is_refused(billing, funded, operation, method):
    account = funded()
    call = billing.call(
        operation, billing.debit_fields(account), query={"user_id": account.user_id}
    )

    response = billing.send_call(replace(call, method=method))

    assert response.status == 405


@clause("http.no-5xx")
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Request-ID": "not-a-uuid"},
        {"X-Request-ID": "\xff" * 40},
        {"Accept": "text/html"},
        {"Accept-Language": "*;q=x"},
        {"Authorization": "Bearer \xe9"},
        {"User-Agent": ""},
        {"X-Forwarded-For": "nobody, 999.1.1.1"},
        {"Cookie": "a=b; c"},
    ],
    ids=str,
)
def test_odd_headers_are_survived(billing, funded, headers):
    call = billing.call("debitBalance", billing.debit_fields(funded()))

    response = billing.send_call(replace(call, headers={**call.headers, **headers}))

    assert response.status < 500


@clause("http.no-5xx")
@pytest.mark.parametrize(
    "value", ["\xea\xeb\xfe\xf7", "x" * 2000, "a b", "%00", "'\""], ids=ascii
)
def test_odd_keys_are_survived(billing, funded, value):
    response = billing.read(funded(), key=KeyVariant("odd", value, "odd"))

    assert response.status < 500


@clause("http.json-errors")
@pytest.mark.parametrize("operation", ["checkBalance", "debitBalance", "getBalance"])
def test_a_wrong_key_is_answered_in_json(billing, funded, operation):
    account = funded()

    response = billing.valid_request(operation, account, key=WRONG_KEY)

    assert_json_error(billing.require_status(response, 401))


@clause("http.json-errors")
@pytest.mark.parametrize("operation", ["checkBalance", "debitBalance", "getBalance"])
def test_wrong_data_is_answered_in_json(billing, operation):
    response = billing.request(operation, None if operation == "getBalance" else {})

    assert_json_error(billing.require_status(response, 422))


@clause("http.json-errors")
@pytest.mark.parametrize("operation", ["checkBalance", "debitBalance", "getBalance"])
def test_another_method_is_answered_in_json(billing, operation):
    call = billing.call(operation)

    response = billing.send_call(replace(call, method="PUT"))

    assert_json_error(billing.require_status(response, 405))


@clause("http.json-errors")
def test_too_little_money_is_answered_in_json(billing, spare):
    account = spare()

    response = billing.debit(account, units=billing.more_than_balance(account, 1))

    assert_json_error(billing.require_status(response, 403))


@clause("http.json-errors")
def test_a_used_ref_is_answered_in_json(billing, funded):
    account = funded()
    ref = billing.new_ref()
    billing.debit_ok(account, ref=ref)

    response = billing.debit(account, ref=ref)

    assert_json_error(billing.require_status(response, 409))
