"""A listening socket on an asyncio loop, and the connections that it accepts, bounded in number and in silence."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final

from billing_mock.servers.http_connection import HttpConnection
from billing_mock.servers.sending import Together

if TYPE_CHECKING:
    import socket

    from billing_mock.servers.http_site import Site

CONNECTIONS_MAX: Final = 16_384
_BACKLOG: Final = 4096
# The loop accepts so many at a time, so that a crowd that arrives does not keep others waiting.
_ACCEPTED_AT_ONCE: Final = 32
_SWEEP_SECONDS: Final = 1
_DRAIN_SECONDS: Final = 5


class HttpServer:
    """A server of one site, for one loop. It holds at most `connections_max` connections, and refuses others."""

    def __init__(self, site: Site, *, connections_max: int = CONNECTIONS_MAX) -> None:
        self._site = site
        self._connections_max = connections_max
        self._connections: set[HttpConnection] = set()
        self.together = Together(asyncio.get_running_loop())
        self._drained = asyncio.Event()
        self._listener: asyncio.Server | None = None
        self._sweeping: asyncio.TimerHandle | None = None

    async def start(self, listening: socket.socket) -> None:
        """Accept connections on a socket that is bound; it is closed at the stop."""
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(
            partial(HttpConnection, self._site, self),
            sock=listening,
            backlog=_ACCEPTED_AT_ONCE,
        )
        listening.listen(_BACKLOG)  # asyncio takes one number for both
        self._sweep()

    async def stop(self) -> None:
        """Close the socket, let requests that came whole be answered for at most 5 s, and close every connection."""
        if self._listener is not None:
            self._listener.close()
        if self._sweeping is not None:
            self._sweeping.cancel()
        for each in list(self._connections):
            each.close_when_answered()
        if self._connections:
            try:
                await asyncio.wait_for(self._drained.wait(), _DRAIN_SECONDS)
            except TimeoutError:
                for each in list(self._connections):
                    each.abort()

    @property
    def is_alone(self) -> bool:
        """Return whether no more than one connection is open."""
        return len(self._connections) <= 1

    def add(self, connection: HttpConnection) -> bool:
        """Take a connection, and return whether there is room for it."""
        self._connections.add(connection)
        return len(self._connections) <= self._connections_max

    def remove(self, connection: HttpConnection) -> None:
        """Forget a connection that was closed."""
        self._connections.discard(connection)
        if not self._connections:
            self._drained.set()

    def _sweep(self) -> None:
        """Close connections whose client has been silent for too long, now and each second."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        for each in [each for each in self._connections if each.is_overdue(now)]:
            each.close_overdue()
        self._sweeping = loop.call_later(_SWEEP_SECONDS, self._sweep)
