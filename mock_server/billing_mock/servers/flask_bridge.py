"""Pass requests to the Flask application, in a few threads, and its responses back to the loop."""

from __future__ import annotations

import io
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from billing_mock.servers.http_answer import render_response

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import Future
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from billing_mock.servers.http_connection import HttpConnection
    from billing_mock.servers.http_request import HttpRequest

log = logging.getLogger("billing_mock")

THREADS: Final = 4
Response = tuple[str, list[tuple[str, str]], bytes]


class FlaskBridge:
    """A WSGI application behind a loop. Each request comes with its whole body, so no client holds a thread."""

    def __init__(
        self,
        app: WSGIApplication,
        loop: asyncio.AbstractEventLoop,
        address: tuple[str, int],
    ) -> None:
        self._app = app
        self._loop = loop
        self._address = address
        self._threads = ThreadPoolExecutor(THREADS, "billing-mock-flask")

    def start(self, request: HttpRequest, connection: HttpConnection) -> None:
        """Begin to answer a request of a connection."""
        called = self._threads.submit(self._call, request)
        called.add_done_callback(
            lambda called: self._loop.call_soon_threadsafe(
                _send, called, request, connection
            )
        )

    def close(self) -> None:
        """Wait for the threads to end."""
        self._threads.shutdown()

    def _call(self, request: HttpRequest) -> Response:
        started: list[Any] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _exc_info: Any = None
        ) -> Any:
            started[:] = [status, headers]

        chunks = self._app(_environ(request, self._address), start_response)
        try:
            body = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        status, headers = started
        return status, headers, body


def _send(
    called: Future[Response], request: HttpRequest, connection: HttpConnection
) -> None:
    try:
        status, headers, body = called.result()
    except Exception:
        log.exception("%r failed", request.path)
        connection.cut()
        return
    if request.method == b"HEAD":
        body = b""
    connection.write(render_response(status, headers, body, connection.header))
    connection.finish()


def _environ(request: HttpRequest, address: tuple[str, int]) -> WSGIEnvironment:
    """Return the request as WSGI has it; a name of a header with an underscore is left out, since WSGI would take it for another."""
    headers = {
        f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}": value.decode(
            "latin-1"
        )
        for name, value in request.headers.items()
        if b"_" not in name
    }
    headers.pop("HTTP_CONTENT_LENGTH", None)
    headers.pop("HTTP_TRANSFER_ENCODING", None)
    path, query = request.path.decode("latin-1"), request.query.decode("latin-1")
    return {
        "REQUEST_METHOD": request.method.decode("latin-1"),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": f"{path}?{query}" if query else path,
        "SERVER_NAME": address[0],
        "SERVER_PORT": str(address[1]),
        "SERVER_PROTOCOL": "HTTP/1.0" if request.is_http10 else "HTTP/1.1",
        "CONTENT_TYPE": headers.pop("HTTP_CONTENT_TYPE", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **headers,
    }
