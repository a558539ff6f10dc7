"""Serve a mock on a loop until it shall stop: from a process of its own, or inside the current one."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from typing import TYPE_CHECKING, Any, Final

from billing_mock.servers.http_server import CONNECTIONS_MAX, HttpServer
from billing_mock.servers.listening import address_of
from billing_mock.servers.mock_site import MockSite
from billing_mock.service import MockService
from billing_mock.steady_clock import new_event_loop

try:
    import resource
except ImportError:  # Windows has no such limit
    resource = None  # type: ignore[assignment]

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterable

    from billing_mock.config.settings import Settings
    from billing_mock.journal.record import Record

# Files that a process has open besides its connections.
_OTHER_FILES: Final = 64
_FEWEST_CONNECTIONS: Final = 16


def serve(
    settings: Settings,
    listening: socket.socket,
    *,
    on_ready: Callable[[], None],
    observers: Iterable[Callable[[Record, str | None], None]] = (),
) -> None:
    """Serve a mock until SIGINT or SIGTERM, answer the requests that came whole, and return.

    Calls `on_ready` once the mock answers, and the observers as `Pipeline` does. A second signal ends
    the process at once.
    """
    _raise_open_files_limit()
    service = MockService(settings)
    service.pipeline.observers += observers
    gc.collect()
    gc.freeze()  # what is there now stays: collections, during which nobody is answered, need not look at it
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_serve_until_signal(service, listening, on_ready))


async def serve_until(
    stop: asyncio.Event,
    service: MockService,
    listening: socket.socket,
    on_ready: Callable[[], None],
) -> None:
    """Serve a mock on the running loop until the event is set, and answer the requests that came whole."""
    address = address_of(listening)
    service.pipeline.faults.waits.open()
    site = MockSite(service, (address.host, address.port))
    server = HttpServer(site, connections_max=_connections_max())
    try:
        await server.start(listening)
        on_ready()
        await stop.wait()
    finally:
        service.pipeline.faults.waits.close()
        await server.stop()
        site.close()


async def _serve_until_signal(
    service: MockService, listening: socket.socket, on_ready: Callable[[], None]
) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def take(number: int, _: Any) -> None:
        signal.signal(number, signal.SIG_DFL)
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, take)
    await serve_until(stop, service, listening, on_ready)


def _connections_max() -> int:
    """Return how many connections may be open, which is less where the system lets the process open few files."""
    if resource is None:
        return CONNECTIONS_MAX
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return CONNECTIONS_MAX
    return min(CONNECTIONS_MAX, max(_FEWEST_CONNECTIONS, files - _OTHER_FILES))


def _raise_open_files_limit() -> None:
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS_MAX + _OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
