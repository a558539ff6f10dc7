"""The fields of a call: those that it was made from, or what its bytes are as JSON."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_contract import parse_json, render_json
from billing_verify.client.exchange import Call, as_parsed, without_key
from billing_verify.client.keys import NO_KEY

CALL = Call("POST", "http://127.0.0.1:1/internal/billing/debit", NO_KEY)
NUMBERS = (
    st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False)
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=10,
)


def typed(value):
    """Tells 1 from true, and 1.0 from 1.00."""
    if isinstance(value, dict):
        return {name: typed(each) for name, each in value.items()}
    if isinstance(value, list):
        return [typed(each) for each in value]
    return type(value), str(value)


@settings(max_examples=300, database=None, deadline=None)
@given(VALUES)
def test_fields_are_what_their_own_text_is_read_as(value):
    assert typed(as_parsed(value)) == typed(parse_json(render_json(value)))


def test_the_fields_that_a_call_was_made_from_are_not_parsed_again(monkeypatch):
    monkeypatch.setattr("billing_verify.client.exchange.parse_json", pytest.fail)

    call = CALL.with_fields({"units": 2, "tags": (1.5,)})

    assert call.body == b'{"units": 2, "tags": [1.5]}'
    assert call.fields == {"units": Decimal(2), "tags": [Decimal("1.5")]}


def test_bytes_are_parsed_once_and_only_when_their_fields_are_asked_for(monkeypatch):
    parsed = []
    monkeypatch.setattr(
        "billing_verify.client.exchange.parse_json",
        lambda body: parsed.append(body) or parse_json(body),
    )
    call = replace(CALL, body=b'{"units": 1}')
    before = list(parsed)

    fields = [call.fields, call.fields]

    assert (before, fields) == ([], [{"units": Decimal(1)}] * 2)
    assert parsed == [b'{"units": 1}']


def test_a_call_with_another_body_has_other_fields():
    call = CALL.with_fields({"units": 1})

    assert replace(call, body=b'{"units": 2}').fields == {"units": Decimal(2)}
    assert replace(call, url="http://127.0.0.1:2").fields == {"units": Decimal(1)}


@pytest.mark.parametrize("body", [None, b"", b"{", b'{"units": NaN}', b"\xff"])
def test_what_is_not_json_has_no_fields(body):
    assert replace(CALL, body=body).fields is None


@pytest.mark.parametrize(
    "key_in_it",
    [
        b'{"detail": "Invalid key: super-secret-de"}',
        b'{"detail": "super\\u002Dsecret\\u002Ddev"}',
        b"Basic c3VwZXItc2VjcmV0LWRldg==",
    ],
)
def test_the_key_is_not_kept_however_the_service_repeats_it(key_in_it):
    kept = without_key(key_in_it, "super-secret-dev")

    assert b"***" in kept
    assert b"secret" not in kept
    assert b"c3VwZXI" not in kept


def test_a_balance_that_looks_like_the_key_is_still_a_balance():
    body = b'{"balance": 12345678.5, "tx_id": "a"}'

    assert without_key(body, "12345678") == body
