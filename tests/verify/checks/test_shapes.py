"""What the shape of an answer demands beyond its schema."""

from __future__ import annotations

import pytest

from billing_verify.checks.shapes import assert_json_error, assert_shape
from billing_verify.client.exchange import Response
from billing_verify.errors import ExpectationError


def answer(body, status=200):
    return Response(status, {"content-type": "application/json"}, body, 0.0, 0.0)


@pytest.mark.parametrize(
    "body",
    [
        b'{"balance": 5, "balance": 6, "plan": null}',
        b'{"balance": 5, "plan": null, "more": [{"balance": 1, "balance": 1}]}',
        b'{"balance": 5, "plan": null, "bal\\u0061nce": 5}',
    ],
)
def test_a_field_that_stands_there_twice_is_told(body):
    with pytest.raises(ExpectationError, match="has balance twice, so that two"):
        assert_shape(answer(body), "BalanceResult")


def test_a_field_that_stands_in_two_objects_is_no_field_twice():
    body = b'{"balance": 5, "plan": null, "of": [{"balance": 1}, {"balance": 2}]}'

    assert_shape(answer(body), "BalanceResult")


def test_a_refusal_may_have_no_field_twice_either():
    with pytest.raises(ExpectationError, match="has code, detail twice"):
        assert_json_error(
            answer(b'{"code": 1, "detail": 1, "detail": 2, "code": 2}', status=403)
        )
