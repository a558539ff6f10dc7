"""Connections to one address that stay open. No redirect is followed.

A server may close a connection that has served before at any time, also while a request is on its
way. Whether anybody has read that request cannot be seen here, so nothing is sent again here.
"""

from __future__ import annotations

import http.client
import ssl
import time
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from billing_verify.client.bounded import BoundedStream, read_body
from billing_verify.client.time_limit import TimeLimit

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from billing_verify.client.target import Target

_KEPT_OPEN = 4
NoConnectionError = urllib3.exceptions.HTTPError


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `data` is its body, unpacked."""

    status: int
    headers: Mapping[str, str]
    data: bytes


class ClosedInUseError(NoConnectionError):
    """A connection that had served before was closed before a byte of an answer came.

    Mostly it was idle for too long for the server, which has then not read the request; but it may
    have, as a worker that dies does.
    """


class _BoundedResponse(http.client.HTTPResponse):
    """An answer that comes over a connection. The time-out of the connection is for all of it."""

    def __init__(self, connection: socket.socket, **options: Any) -> None:
        ends = time.monotonic() + (connection.gettimeout() or 0.0)
        super().__init__(cast("Any", BoundedStream(connection, ends)), **options)


class _Connection(HTTPConnection):
    response_class = _BoundedResponse


class _EncryptedConnection(HTTPSConnection):
    response_class = _BoundedResponse


def read_answer(stream: BoundedStream, method: str) -> Answer:
    """Return the whole answer to a request of this method that was sent without a pool.

    Raises OSError, HTTPException or NoConnectionError where it does not come, or breaks off.
    """
    plain = http.client.HTTPResponse(cast("Any", stream), method=method)
    plain.begin()
    response = urllib3.HTTPResponse(
        plain,
        headers=urllib3.HTTPHeaderDict(plain.getheaders()),
        status=plain.status,
        preload_content=False,
        original_response=plain,
        request_method=method,
    )
    return Answer(response.status, response.headers, read_body(response))


class Connections:
    """A small pool of connections that never retries, keeps no cookies and uses no proxy.

    `timeout` is how long an answer may take from the connection to its last byte, in seconds, and
    `time_limit` the end of the run, at which no answer is waited for any more.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float,
        tls: ssl.SSLContext | None = None,
        time_limit: TimeLimit | None = None,
    ) -> None:
        parts = urlsplit(url)
        self._address = f"{parts.scheme}://{parts.netloc}"
        self._options: dict[str, Any] = {} if tls is None else {"ssl_context": tls}
        self._connection = (
            _Connection if parts.scheme == "http" else _EncryptedConnection
        )
        self._timeout = timeout
        self._time_limit = time_limit or TimeLimit()
        self._pool = self._make_pool()

    @classmethod
    def to(cls, target: Target, time_limit: TimeLimit | None = None) -> Connections:
        """Return connections to the deployment under test."""
        return cls(
            target.url,
            timeout=target.timeout,
            tls=tls_context(target),
            time_limit=time_limit,
        )

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        anew: bool = False,
    ) -> Answer:
        """Send a request once and return the whole answer. Raises NoConnectionError where none comes.

        `anew` sends it over a connection of its own, which nobody can have closed for being idle.
        ClosedInUseError is raised of other connections only.
        """
        timeout = self._time_limit.at_most(self._timeout)
        send = partial(
            urllib3.HTTPConnectionPool.urlopen,
            method=method,
            url=request_target(url),
            body=body,
            headers=headers,
            retries=False,
            redirect=False,
            preload_content=False,
            timeout=urllib3.Timeout(total=timeout),
        )
        if anew:
            with self._make_pool() as pool:
                return _answer_of(send(pool))
        opened = self._pool.num_connections
        try:
            response = send(self._pool)
        except urllib3.exceptions.ProtocolError as error:
            if self._pool.num_connections > opened or not _is_unanswered(error):
                raise
            raise ClosedInUseError(*error.args) from error
        return _answer_of(response)

    def send_harmless(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
    ) -> Answer:
        """Send a request that may be carried out twice: again where a connection was closed in use.

        Raises NoConnectionError where no answer comes.
        """
        try:
            return self.send(method, url, headers=headers, body=body)
        except ClosedInUseError:
            return self.send(method, url, headers=headers, body=body, anew=True)

    def _make_pool(self) -> urllib3.HTTPConnectionPool:
        pool = urllib3.connection_from_url(
            self._address, maxsize=_KEPT_OPEN, **self._options
        )
        pool.ConnectionCls = self._connection
        return pool

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


def _answer_of(response: urllib3.BaseHTTPResponse) -> Answer:
    return Answer(response.status, response.headers, read_body(response))


def _is_unanswered(error: urllib3.exceptions.ProtocolError) -> bool:
    """Return whether the connection ended before a byte of an answer came."""
    reason = error.args[-1]
    return error.args[0] == "Connection aborted." and isinstance(
        reason, ConnectionResetError | BrokenPipeError
    )


def request_target(url: str) -> str:
    """Return the path and the query of a URL, as they stand in the first line of a request."""
    parts = urlsplit(url)
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


def tls_context(target: Target) -> ssl.SSLContext | None:
    """Return how the target is verified, with the client's certificate; None for an http URL."""
    if urlsplit(target.url).scheme == "http":
        return None
    return _tls_context(target.ca_file, target.client_cert)


@cache
def _tls_context(
    ca_file: str | None, client_cert: tuple[str, str] | None
) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca_file)
    if client_cert:
        context.load_cert_chain(*client_cert)
    return context
