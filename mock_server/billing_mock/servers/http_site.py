"""What a connection needs around it: what answers its requests, and what counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from billing_mock.servers.http_connection import HttpConnection
    from billing_mock.servers.http_request import BadRequestError, HttpRequest
    from billing_mock.servers.sending import Together


class Site(Protocol):
    """What answers the requests of a server's connections. It is called on the loop, and must not block."""

    def start(self, request: HttpRequest, connection: HttpConnection) -> None:
        """Begin to answer a request; `connection.finish` or `connection.cut`, now or later, ends the answer."""

    def refusal(self, error: BadRequestError) -> bytes:
        """Return the whole answer to bytes that are no request. The connection closes after it."""


class Connections(Protocol):
    """The open connections of a server."""

    together: Together

    @property
    def is_alone(self) -> bool:
        """Return whether no more than one connection is open."""

    def add(self, connection: HttpConnection) -> bool:
        """Take a connection, and return whether there is room for it."""

    def remove(self, connection: HttpConnection) -> None:
        """Forget a connection that was closed."""
