"""Serve a mock inside the current process, on a free port of loopback, from a loop in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from billing_mock.servers.listening import address_of, listen
from billing_mock.servers.serving import serve_until
from billing_mock.steady_clock import new_event_loop

if TYPE_CHECKING:
    import socket

    from billing_mock.service import MockService


class InProcessServer:
    """A server for one mock. It does not run before `start`; threads may not share it."""

    def __init__(self, service: MockService) -> None:
        self._service = service
        self._running: _Thread | None = None

    @property
    def url(self) -> str:
        """Return the address without a slash at the end. Raises RuntimeError when the server is not running."""
        if self._running is None:
            raise RuntimeError(
                "the mock is not running; use it as a context manager, or call start()"
            )
        return self._running.url

    def start(self) -> None:
        """Start the server; it answers when this returns. Does nothing when it runs already."""
        if self._running is None:
            thread = _Thread(self._service, listen("127.0.0.1", 0))
            thread.start()
            thread.ready.wait()
            if thread.error is not None:
                raise thread.error
            self._running = thread

    def stop(self) -> None:
        """Stop the server and free the port; delayed answers are sent at once. Does nothing when it is stopped."""
        if self._running is not None:
            self._running.stop()
            self._running = None


class _Thread(threading.Thread):
    """A thread that serves one mock until `stop`."""

    def __init__(self, service: MockService, listening: socket.socket) -> None:
        super().__init__(name="billing-mock", daemon=True)
        self._service = service
        self._listening = listening
        self._loop: asyncio.AbstractEventLoop
        self._stopping: asyncio.Event
        self.url = address_of(listening).url
        self.ready = threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        """Serve. Sets `error` where that ends in one, and `ready` in any case."""
        try:
            with asyncio.Runner(loop_factory=new_event_loop) as runner:
                runner.run(self._serve())
        except BaseException as error:  # noqa: BLE001  raised in the thread that started this one
            self.error = error
            self._listening.close()
        finally:
            self.ready.set()

    def stop(self) -> None:
        """End the thread, and return once it has ended."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self.join()

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        await serve_until(
            self._stopping, self._service, self._listening, self.ready.set
        )
