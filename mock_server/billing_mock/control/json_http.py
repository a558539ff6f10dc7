"""How the control plane reads and answers: JSON in, JSON out, and clear errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request

from billing_contract import NotJsonError, parse_json, render_json
from billing_mock.api.answer import JSON

Route = tuple[str, str, Callable[..., Response]]


class ControlError(Exception):
    """A request to the control plane that cannot be done: status and reason."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


def say(value: Any, status: int = 200) -> Response:
    """An answer in JSON; money stays decimal."""
    return Response(render_json(value), status, content_type=JSON)


def done() -> Response:
    """An answer without a body."""
    return Response(status=204)


def body() -> Any:
    """The request's JSON value; numbers are Decimal. Raises ControlError."""
    try:
        return parse_json(request.get_data())
    except NotJsonError as error:
        raise ControlError(422, f"the body is not JSON: {error}") from error


def whole_number(name: str) -> int | None:
    """A query parameter that is a whole number, None where it is absent. Raises ControlError."""
    text = request.args.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 16):  # noqa: PLR2004  no count is longer
        raise ControlError(
            422, f"{name}: must be a whole number such as 10, not {text!r}"
        )
    return int(text)
