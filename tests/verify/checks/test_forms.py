"""Observed forms are compared by meaning, and what is none of them is told in words."""

from __future__ import annotations

import pytest

from billing_contract import render_json
from billing_verify.checks.forms import form_of_errors, form_of_no_plan, in_words
from billing_verify.client.exchange import Response

NONE = {"plan_code": "none", "expires_at": None, "status": "inactive"}
TURNED = dict(reversed(NONE.items()))
PROBLEM = "application/problem+json"
LIST = {"detail": [{"loc": ["body"], "msg": "is required", "type": "missing"}]}


def answer(status, body, media_type="application/json"):
    return Response(status, {"content-type": media_type}, render_json(body), 0.0, 0.0)


@pytest.mark.parametrize(
    ("statement", "form"),
    [
        ({"balance": 1}, "absent"),
        ({"plan": None, "balance": 1}, "null"),
        ({"plan": NONE}, "placeholder"),
        ({"plan": TURNED}, "placeholder"),
        ({"plan": {"title": "", **TURNED}}, "placeholder"),
        ({"plan": {**NONE, "plan_code": "free"}}, None),
        ({"plan": {}}, None),
        ([], None),
    ],
    ids=str,
)
def test_a_missing_plan_is_told_by_its_meaning(statement, form):
    assert form_of_no_plan(statement) == form


@pytest.mark.parametrize(
    ("wrong_key", "invalid", "media_type", "form"),
    [
        ({"detail": "a"}, {"detail": "b"}, "application/json", "detail"),
        ({"x": 1, "detail": "a"}, {"detail": "b", "y": 2}, "application/json", "detail"),
        ({"detail": "a"}, LIST, "application/json", "detail-list"),
        ({"detail": "a", "code": "c"}, {"code": "c", "detail": "b"}, "application/json", "code-and-detail"),
        ({"detail": "a", "title": "t"}, {"title": "t", "detail": "b"}, PROBLEM, "problem"),
        ({"detail": "a", "code": "c"}, {"detail": "b"}, "application/json", None),
        ({"error": {"code": "c"}}, {"error": {"code": "c"}}, "application/json", None),
        (["a"], "b", "application/json", None),
    ],
    ids=str,
)  # fmt: skip
def test_the_body_of_an_error_is_told_by_its_meaning(
    wrong_key, invalid, media_type, form
):
    answers = (answer(401, wrong_key, media_type), answer(422, invalid, media_type))

    assert form_of_errors(*answers) == form


def test_what_is_none_of_the_forms_is_told_in_words():
    body = {"error": {"code": "x", "retry": False}, "at": 7, "list": [None], "none": []}

    assert in_words(answer(422, body)) == (
        "422 application/json with {'error': {'code': text, 'retry': false}, "
        "'at': a number, 'list': a list of null, 'none': an empty list}"
    )


def test_what_is_no_json_is_told_as_that():
    page = Response(502, {"content-type": "text/html"}, b"<h1>Bad gateway", 0.0, 0.0)

    assert in_words(page) == "502 text/html with no JSON"
