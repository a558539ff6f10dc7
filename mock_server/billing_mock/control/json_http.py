"""Read JSON requests and build JSON answers, for the control plane."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request

from billing_contract import NotJsonError, parse_json, render_json
from billing_mock.api.answer import JSON

Route = tuple[str, str, Callable[..., Response]]


class ControlError(Exception):
    """A request to the control plane is refused. `status` is the HTTP status; the message becomes `detail`."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


def json_response(value: Any, status: int = 200) -> Response:
    """Return an answer with `value` as its JSON body; a Decimal keeps every digit."""
    return Response(render_json(value), status, content_type=JSON)


def empty_response() -> Response:
    """Return an answer with status 204 and no body."""
    return Response(status=204)


def read_json() -> Any:
    """Return the JSON value of the current request's body; every number is a Decimal.

    Raises ControlError (422) when the body is not JSON.
    """
    try:
        return parse_json(request.get_data())
    except NotJsonError as error:
        raise ControlError(422, f"the body is not JSON: {error}") from error


def query_integer(name: str) -> int | None:
    """Return the value of a query parameter of the current request, None when it is absent.

    Raises ControlError (422) when the value is not a whole number of at most 15 digits.
    """
    text = request.args.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 16):  # noqa: PLR2004  no count is longer
        raise ControlError(
            422, f"{name}: must be a whole number such as 10, not {text!r}"
        )
    return int(text)
