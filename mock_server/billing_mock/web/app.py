"""Build the Flask application: the documented operations, the control plane, the pages, JSON for every error."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)

from billing_mock.api.answer import Answer
from billing_mock.api.refusals import (
    BODY_TOO_LARGE,
    FAILED,
    INVALID_REQUEST,
    NO_SUCH_ROUTE,
    WRONG_METHOD,
    RefusedError,
)
from billing_mock.api.request import BODY_BYTES_MAX, Request
from billing_mock.control import control_plane
from billing_mock.faults import SentPart
from billing_mock.web.pages import pages
from billing_mock.web.routes import Redirect, Routes
from billing_mock.web.specification import specification_routes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from billing_contract import Operation
    from billing_mock.service import MockService

log = logging.getLogger("billing_mock")

# No call of a gateway: the control plane, the pages, and what a browser requests by itself.
_NOT_RECORDED = ("/_mock", "/docs", "/openapi", "/favicon.ico")


def create_app(service: MockService) -> Flask:
    """Build the application for one service. It answers the documented operations too, for test clients.

    The server answers these itself. A test client has no connection that a fault could close: in
    place of a lost answer it gets 502.
    """
    app = Flask("billing_mock", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES_MAX
    app.url_map.merge_slashes = False
    routes = Routes(service)
    for (method, path), operation in routes.operations.items():
        app.add_url_rule(
            path,
            operation.id,
            _view(service, operation, path),
            methods=[method],
            provide_automatic_options=False,
        )
    app.add_url_rule(
        "/health", "health", lambda: {"status": "ok"}, provide_automatic_options=False
    )
    app.register_blueprint(control_plane(service))
    app.register_blueprint(specification_routes())
    app.register_blueprint(pages())
    app.register_error_handler(HTTPException, lambda error: _http_error(service, error))
    app.register_error_handler(Exception, lambda error: _internal_error(service, error))
    app.before_request(_refuse_changed_path)
    # A route would not do: Werkzeug redirects to one that ends with a slash by itself.
    app.before_request(lambda: _redirect(service, routes.redirects))
    return app


def _redirect(
    service: MockService, redirects: Mapping[str, Redirect]
) -> Response | None:
    """Return the redirect of the current request's path, None for another path."""
    to = redirects.get(_raw_path())
    if to is None:
        return None
    query = request.query_string.decode("latin-1")
    answer = Answer(to.status, "text/plain", b"")
    service.pipeline.record(request.method, _raw_path(), query, answer)
    response = _response(answer)
    response.headers["Location"] = f"{to.goal}?{query}" if query else to.goal
    return response


def _raw_path() -> str:
    """Return the path of the current request as it was sent, its bytes as Latin-1."""
    environ = request.environ
    target: str = environ.get("REQUEST_URI") or environ["PATH_INFO"]
    return target.partition("?")[0]


def _refuse_changed_path() -> None:
    """Raise NotFound for a path that Flask would take for another one with fewer slashes at its start."""
    if _raw_path().startswith("//"):
        raise NotFound


def _view(
    service: MockService, operation: Operation, path: str
) -> Callable[[], Response]:
    def view() -> Response:
        if _raw_path() != path:  # such as %64ebit
            raise NotFound
        received = Request(
            request.environ.get("HTTP_X_INTERNAL_KEY"),
            request.environ.get("QUERY_STRING", ""),
            request.environ.get("CONTENT_TYPE"),
            request.get_data() if operation.request_schema is not None else b"",
        )
        if request.method == "HEAD":
            return _response(service.api.answer(operation.id, received))
        delivery = service.pipeline.handle(operation, received).delivery
        if delivery.sent is SentPart.NOTHING:
            return Response(status=HTTPStatus.BAD_GATEWAY)
        return _response(delivery.answer)

    return view


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, content_type=answer.content_type)


def _http_error(service: MockService, error: HTTPException) -> Response:
    refused = _refusal_of(error)
    if _raw_path().startswith(_NOT_RECORDED):
        answer = service.api.refuse(refused)
    else:
        query = request.query_string.decode("latin-1")
        answer = service.pipeline.reject(request.method, _raw_path(), query, refused)
    response = _response(answer)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(set(error.valid_methods)))
    return response


def _refusal_of(error: HTTPException) -> RefusedError:
    match error:
        case NotFound():
            lists = (
                "/_mock/openapi.json lists those of the control plane"
                if _raw_path().startswith("/_mock")
                else "the contract lists the operations"
            )
            return RefusedError(NO_SUCH_ROUTE, f"no route {_raw_path()}; {lists}")
        case MethodNotAllowed():
            allowed = ", ".join(sorted(set(error.valid_methods or ())))
            return RefusedError(
                WRONG_METHOD,
                f"{request.method} is not allowed at {_raw_path()}; use {allowed}",
            )
        case RequestEntityTooLarge():
            return RefusedError(
                BODY_TOO_LARGE, f"the body is larger than {BODY_BYTES_MAX} bytes"
            )
        case _:
            return RefusedError(
                INVALID_REQUEST, f"the request cannot be read: {error.description}"
            )


def _internal_error(service: MockService, error: Exception) -> Response:
    log.error("a request failed", exc_info=error)
    return _response(
        service.api.refuse(RefusedError(FAILED, "the mock failed; its log says where"))
    )
