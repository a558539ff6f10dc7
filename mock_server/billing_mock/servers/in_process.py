"""Serve a mock inside the current process, on a free port of loopback: Werkzeug, in a thread."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from billing_mock.web.app import create_app

if TYPE_CHECKING:
    from billing_mock.service import MockService

_POLL_SECONDS = 0.02  # a stop takes up to this; with the default, 0.5, a test run takes noticeably longer


class InProcessServer:
    """A server for one mock. It does not run before `start`; threads may not share it."""

    def __init__(self, service: MockService) -> None:
        self._service = service
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Return the address without a slash at the end. Raises RuntimeError when the server is not running."""
        if self._server is None:
            raise RuntimeError(
                "the mock is not running; use it as a context manager, or call start()"
            )
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Start the server; it answers when this returns. Does nothing when it runs already."""
        if self._server is not None:
            return
        self._service.pipeline.faults.waits.open()
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = make_server(
            "127.0.0.1",
            0,
            create_app(self._service),
            threaded=True,
            request_handler=_QuietRequestHandler,
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": _POLL_SECONDS},
            name="billing-mock",
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop the server and free the port; delayed answers are sent at once. Does nothing when it is stopped."""
        if self._server is None or self._thread is None:
            return
        self._service.pipeline.faults.waits.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = self._thread = None


class _QuietRequestHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write no line for a request: the lines would stand between the output of a test."""
