"""A mock inside the current process, on a free port of its own, for tests and notebooks."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from mock_server.app import create_app
from mock_server.service import MockService
from mock_server.settings import Settings

if TYPE_CHECKING:
    from types import TracebackType

_POLL_SECONDS = (
    0.02  # how long a stop may take; the default of half a second is felt in a test run
)


class BillingMock:
    """A running mock: `with BillingMock() as mock:` and then `mock.url`, `mock.key`."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.service = MockService(settings or Settings())
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def key(self) -> str:
        """The secret that X-Internal-Key must hold."""
        return self.service.settings.key

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end. Raises RuntimeError before the start."""
        if self._server is None:
            raise RuntimeError(
                "the mock is not running; use it as a context manager, or call start()"
            )
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> Self:
        """Start it; it answers when this returns."""
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = make_server(
            "127.0.0.1",
            0,
            create_app(self.service),
            threaded=True,
            request_handler=_Quiet,
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": _POLL_SECONDS},
            name="billing-mock",
            daemon=True,
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop it and free the port. Calling it twice does no harm."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: a test's output belongs to the test."""
