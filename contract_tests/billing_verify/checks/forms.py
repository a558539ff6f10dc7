"""Which of the listed forms an answer has, by its meaning, and what it is in words where it has none.

The order of fields, and fields beyond those that make a form, do not matter.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_verify.client.exchange import Response

_PLACEHOLDER = {"plan_code": "none", "expires_at": None, "status": "inactive"}
_PROBLEM = "application/problem+json"


def form_of_no_plan(statement: Any) -> str | None:
    """Return how a balance without a plan is told: null, absent, placeholder, or None for another way.

    `statement` is the parsed answer of getBalance.
    """
    if not isinstance(statement, dict):
        return None
    if "plan" not in statement:
        return "absent"
    plan = statement["plan"]
    if plan is None:
        return "null"
    is_placeholder = isinstance(plan, dict) and plan.items() >= _PLACEHOLDER.items()
    return "placeholder" if is_placeholder else None


def form_of_ended_plan(statement: Any, opened: Mapping[str, str]) -> str | None:
    """Return how a plan is told that was opened with an end in the past: unchanged, expired, gone, or None for another way.

    `statement` is the parsed answer of getBalance, `opened` the plan.
    """
    if form_of_no_plan(statement) is not None:
        return "gone"
    plan = statement["plan"] if isinstance(statement, dict) else None
    if not isinstance(plan, dict) or plan.get("plan_code") != opened["plan_code"]:
        return None
    forms = {opened["status"]: "unchanged", "expired": "expired"}
    status = plan.get("status")
    return forms.get(status) if isinstance(status, str) else None


def form_of_errors(refused: Response, invalid: Response) -> str | None:
    """Return the form of error bodies: detail, detail-list, code-and-detail, problem, or None for another.

    `invalid` is the answer to wrong data (422), `refused` that to a wrong key or to too little money.
    """
    bodies = [_fields(response) for response in (refused, invalid)]
    details = [body.get("detail") for body in bodies]
    if isinstance(details[1], list) and not isinstance(details[0], list | None):
        return "detail-list"
    if not all(isinstance(detail, str) for detail in details):
        return None
    if {refused.content_type, invalid.content_type} == {_PROBLEM}:
        return "problem"
    codes = [isinstance(body.get("code"), str) for body in bodies]
    if all(codes):
        return "code-and-detail"
    return None if any(codes) else "detail"


def _fields(response: Response) -> dict[str, Any]:
    value = response.json if response.is_json else None
    return value if isinstance(value, dict) else {}


def in_words(response: Response) -> str:
    """Return what an answer is: status, media type, and the kinds of its values."""
    media_type = response.content_type or "no content type"
    body = _kind(response.json) if response.is_json else "no JSON"
    return f"{response.status} {media_type} with {body}"


def _kind(value: Any) -> str:
    match value:
        case dict():
            fields = (f"{name!r}: {_kind(each)}" for name, each in value.items())
            return f"{{{', '.join(fields)}}}"
        case list():
            return f"a list of {_kind(value[0])}" if value else "an empty list"
        case str():
            return "text" if value else "an empty text"
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case Decimal():
            return "a number"
        case _:
            raise TypeError(value)
