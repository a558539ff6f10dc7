"""Answer the documented operations without Flask's request handling, which takes most of the time of a call.

FastPath wraps `app.wsgi_app` as a middleware does. It passes everything else to Flask: another
path, another method, a body whose length is unknown or above the limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_mock.api.request import Request
from billing_mock.web.routes import Routes
from billing_mock.web.send import send

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from billing_mock.service import MockService

BODY_BYTES_MAX = 1024 * 1024


class FastPath:
    """A WSGI middleware that answers the documented operations itself."""

    def __init__(self, app: WSGIApplication, service: MockService) -> None:
        self._app = app
        self._pipeline = service.pipeline
        self._operations = Routes(service).operations

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a documented operation, or pass the request to the wrapped application."""
        operation = self._operations.get(
            (environ["REQUEST_METHOD"], environ["PATH_INFO"])
        )
        if operation is None:
            return self._app(environ, start_response)
        body = b""
        if operation.request_schema is not None:
            length = _body_length(environ)
            if length is None:
                return self._app(environ, start_response)
            body = environ["wsgi.input"].read(length)
            if len(body) < length:
                # The client hung up in mid-body: nobody reads the answer, and nothing may happen.
                start_response("400 Bad Request", [("Content-Length", "0")])
                return []
        record = self._pipeline.handle(
            operation,
            Request(
                environ.get("HTTP_X_INTERNAL_KEY"),
                environ.get("QUERY_STRING", ""),
                environ.get("CONTENT_TYPE"),
                body,
            ),
        )
        return send(record, environ, start_response)


def _body_length(environ: WSGIEnvironment) -> int | None:
    text = environ.get("CONTENT_LENGTH") or ""
    if not text.isdecimal() or not text.isascii():
        return None
    length = int(text)
    return length if length <= BODY_BYTES_MAX else None
