"""What a request could take from an account, by whatever reading of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing_verify.client.charges import (
    could_charge,
    is_check,
    is_reading,
    names_user,
)
from billing_verify.client.exchange import Call
from billing_verify.client.keys import NO_KEY

DEBIT = "http://billing/internal/billing/debit"


def call(body, *, url=DEBIT, method="POST"):
    return Call(method=method, url=url, key=NO_KEY, body=body)


@pytest.mark.parametrize(
    ("body", "units"),
    [
        (b'{"user_id": "anna", "units": 0.01, "ref": "r-999"}', "0.01"),
        (b'{"user_id":"anna","units":0.25,"ref":"77"}', "0.25"),
        (b'{"user_id": "anna", "units": -3}', "3"),
        (b'{"user_id": "anna", "units": "2.50"}', "2.50"),
        (b'{"user_id": "anna", "units": "1,5"}', "15"),
        (b'{"user_id": "anna", "units": "1 000"}', "1000"),
        (b'{"user_id": "anna", "units": [0.01, 0.50]}', "0.50"),
        (b'{"user_id": "anna", "units": {"units": 4}}', "4"),
        (b'{"user_id": "anna", "units": 0.01, "units": 7}', "7"),
        (b'{"user_id": "anna", "Units": 7}', "7"),
        (b'{"user_id": "anna", "\\u0075nits": 7}', "7"),
        (b'{"user_id": "anna", "units": 0.07, "ref": "r"', "0.07"),
        (b"{'user_id': 'anna', 'units': 0.07, 'ref': 'r'}", "0.07"),
        (b"user_id=anna&units=3&ref=900", "3"),
        (b"user_id=anna&units%3D4", "4"),
        ('{"user_id": "anna", "units": 5}'.encode("utf-16"), "5"),
        (b'[{"user_id": "anna", "units": 6}]', "6"),
        (b'{"user_id": "anna", "units": 1e3}', "1000"),
        (b'{"user_id": "anna", "units": "two"}', "1"),
        (b'{"user_id": "anna", "units": true}', "1"),
        (b'{"user_id": "anna"}', "1"),
        (b'{"user_id": "anna", "units": NaN}', "Infinity"),
        (b'{"user_id": "anna", "units": -Infinity}', "Infinity"),
    ],
    ids=repr,
)
def test_the_largest_reading_of_a_body_counts(body, units):
    assert could_charge(call(body)) == Decimal(units)


@pytest.mark.parametrize(
    "body",
    [
        b'{"user_id": "anna"}',
        b'{"user_id": " ANNA "}',
        b'{"user_id": ["anna"]}',
        b'{"user_id": "\\u0061nna"}',
        b"user_id=%61nna",
        b"user_id: anna",
        '{"user_id": "anna"}'.encode("utf-16"),
    ],
    ids=repr,
)
def test_a_user_is_found_in_whatever_form(body):
    assert names_user(call(body), "anna")
    assert not names_user(call(body), "boris")


def test_a_user_is_found_in_the_query():
    assert names_user(call(None, url=f"{DEBIT}?user_id=%61nna"), "anna")


@pytest.mark.parametrize(
    ("method", "end", "free"),
    [
        ("POST", "check", True),
        ("GET", "balance", True),
        ("PUT", "check", False),
        ("POST", "balance", False),
        ("POST", "debit", False),
        ("GET", "debit", False),
    ],
)
def test_only_checks_and_readings_are_free(method, end, free):
    sent = call(None, url=f"http://billing/internal/billing/{end}", method=method)

    assert (is_check(sent) or is_reading(sent)) == free
