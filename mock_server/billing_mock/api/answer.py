"""Answers: money as decimal text, errors in the form that the open choice takes."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from billing_contract import render_json
from billing_mock.api.refusals import RefusalReason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from billing_mock.api.refusals import RefusedError

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"


_STATUS_LINES = {int(each): f"{each} {each.phrase}" for each in HTTPStatus}


class Answer(NamedTuple):
    """An answer before any transport: status, content type, body, and for a refusal its reason.

    Answers of a deployment have other `headers` too, and `violations`: what in them is outside the
    contract.
    """

    status: int
    content_type: str
    body: bytes
    reason: RefusalReason | None = None
    headers: tuple[tuple[str, str], ...] = ()
    violations: tuple[str, ...] = ()

    @property
    def status_line(self) -> str:
        """Return status and phrase, such as `200 OK`."""
        return _STATUS_LINES.get(self.status) or f"{self.status} Unknown"


def ok(body: str) -> Answer:
    """Return an answer of 200 with a JSON text."""
    return Answer(200, JSON, body.encode())


def money_with_point(amount: Decimal) -> str:
    """Return the amount as JSON text with at least one decimal: 742.0, 0.25."""
    text = format(amount, "f")
    if "." not in text:
        return f"{text}.0"
    text = text.rstrip("0")
    return f"{text}0" if text.endswith(".") else text


def money_plain(amount: Decimal) -> str:
    """Return the amount as JSON text without needless decimals: 742, 0.25."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_with_cents(amount: Decimal) -> str:
    """Return the amount as text with at least two decimals: 742.00, 0.125."""
    text = money_with_point(amount)
    return text if len(text.partition(".")[2]) > 1 else f"{text}0"


MONEY: dict[str, Callable[[Decimal], str]] = {
    "decimal-point": money_with_point,
    "integer": money_plain,
}


def money_writer(
    choices: Mapping[str, str], deviations: Mapping[str, tuple[str, ...]]
) -> Callable[[Decimal], str]:
    """Return what writes an amount as JSON, by the open choice whole-numbers and the deviation balance-as-text."""
    number = MONEY[choices["whole-numbers"]]
    as_text = deviations.get("balance-as-text")
    if as_text is None:
        return number
    text = money_with_cents if "two-decimals" in as_text else number
    return lambda amount: f'"{text(amount)}"'


class ErrorBodies:
    """The writer of refusals in one form of the open choice `error-body`.

    `inside` is the value of the deviation `error-object`, such as error.code,message: then the reason
    is an object. What is wrong with fields stays a list where the open choice says so.
    """

    def __init__(self, form: str, inside: str | None = None) -> None:
        self._body: Callable[[RefusedError, int], dict[str, Any]] = {
            "detail": _detail,
            "detail-list": _detail_list,
            "code-and-detail": _code_and_detail,
            "problem": _problem,
        }[form]
        self._content_type = PROBLEM_JSON if form == "problem" else JSON
        if inside:
            lists = form == "detail-list"
            self._body = _inside(inside, _detail_list if lists else None)

    def answer(self, refused: RefusedError, status: int | None = None) -> Answer:
        """Return the refusal as an answer, with `status` in place of the usual one where it is given."""
        status = status or refused.refusal.status
        return Answer(
            status,
            self._content_type,
            render_json(self._body(refused, status)),
            RefusalReason(refused.refusal, refused.detail, refused.problems),
        )


def _inside(
    place: str, of_fields: Callable[[RefusedError, int], dict[str, Any]] | None
) -> Callable[[RefusedError, int], dict[str, Any]]:
    outer, _, names = place.partition(".")

    def body(refused: RefusedError, status: int) -> dict[str, Any]:
        if of_fields and status == HTTPStatus.UNPROCESSABLE_ENTITY:
            return of_fields(refused, status)
        known = {
            "status": status,
            "title": refused.refusal.title,
            **dict.fromkeys(
                ("code", "type", "error", "error_code"), refused.refusal.code
            ),
        }
        return {
            outer: {name: known.get(name, refused.detail) for name in names.split(",")}
        }

    return body


def _detail(refused: RefusedError, status: int) -> dict[str, Any]:  # noqa: ARG001  one signature for all forms
    return {"detail": refused.detail}


def _detail_list(refused: RefusedError, status: int) -> dict[str, Any]:
    if status != HTTPStatus.UNPROCESSABLE_ENTITY:
        return _detail(refused, status)
    problems = [
        {
            "loc": [each.source, *filter(None, each.name.split("."))],
            "msg": each.message,
            "type": each.rule,
        }
        for each in refused.problems
    ]
    return {
        "detail": problems
        or [{"loc": ["body"], "msg": refused.detail, "type": refused.refusal.code}]
    }


def _code_and_detail(refused: RefusedError, status: int) -> dict[str, Any]:  # noqa: ARG001  as above
    return {"code": refused.refusal.code, "detail": refused.detail}


def _problem(refused: RefusedError, status: int) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": refused.refusal.title,
        "status": status,
        "detail": refused.detail,
        "code": refused.refusal.code,
    }
