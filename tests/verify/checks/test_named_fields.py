"""The fields that a refusal names, in the forms of the usual frameworks."""

from __future__ import annotations

import json

import pytest

from billing_verify.checks.named_fields import named_fields
from billing_verify.client.exchange import Response

FASTAPI = [
    {
        "type": "missing",
        "loc": ["body", "action"],
        "msg": "Field required",
        "input": {"user_id": "u"},
    }
]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"detail": FASTAPI}, ("action",)),
        ({"detail": [*FASTAPI, {"loc": ["body", "model"]}]}, ("action", "model")),
        ({"detail": "action: is missing"}, ("action",)),
        ({"detail": "action is required"}, ("action",)),
        ({"detail": "action must be generate or edit"}, ("action",)),
        ({"detail": {"action": ["This field is required."]}}, ("action",)),
        ({"action": ["This field is required."]}, ("action",)),
        ({"errors": {"action": "is required"}}, ("action",)),
        (
            {"error": {"code": "invalid", "message": "Missing field 'action'"}},
            ("action",),
        ),
        ({"errors": [{"field": "action", "message": "required"}]}, ("action",)),
        ({"errors": [{"source": {"pointer": "/data/action"}}]}, ("action",)),
        ({"message": "body must have required property 'action'"}, ("action",)),
        ({"error": "missing field `action` at line 1 column 40"}, ("action",)),
        (
            {"error": "Key: 'Check.action' Error:Field validation for 'action' failed"},
            ("action",),
        ),
        ({"detail": "Поле action обязательно"}, ("action",)),
        ({"detail": "Требуется поле «action»"}, ("action",)),
        ({"detail": "Данные запроса некорректны"}, ()),
        ({"detail": "Unprocessable Entity"}, ()),
        ({"detail": []}, ()),
        ([], ()),
        ("no JSON: action is required", ("action",)),
    ],
    ids=str,
)
def test_the_fields_are_found(body, names):
    raw = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)

    assert named_fields(Response(422, {}, raw.encode(), 0, 0)) == names
