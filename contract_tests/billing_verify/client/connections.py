"""Connections to one address that stay open. No redirect is followed.

A server may close a connection that has served before at any time, also while a request is on its
way. Nobody has read that request then, so it is sent again over a new connection. Over a new
connection a request is sent once, and the outcome counts as the service's.
"""

from __future__ import annotations

import ssl
from functools import cache, partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import urllib3

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from billing_verify.client.target import Target

_KEPT_OPEN = 4
NoConnectionError = urllib3.exceptions.HTTPError


class Connections:
    """A small pool of connections that never retries, keeps no cookies and uses no proxy.

    `timeout` is in seconds.
    """

    def __init__(
        self, url: str, *, timeout: float, tls: ssl.SSLContext | None = None
    ) -> None:
        parts = urlsplit(url)
        options = {} if tls is None else {"ssl_context": tls}
        self._pool = urllib3.connection_from_url(
            f"{parts.scheme}://{parts.netloc}",
            timeout=timeout,
            maxsize=_KEPT_OPEN,
            **options,
        )

    @classmethod
    def to(cls, target: Target) -> Connections:
        """Return connections to the deployment under test."""
        return cls(target.url, timeout=target.timeout, tls=tls_context(target))

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        before_again: Callable[[], object] = lambda: None,
    ) -> urllib3.BaseHTTPResponse:
        """Send a request and return the whole response. Raises NoConnectionError where none comes.

        `before_again` is called before a request is sent a second time.
        """
        send = partial(
            self._pool.urlopen,
            method,
            request_target(url),
            body=body,
            headers=headers,
            retries=False,
            redirect=False,
        )
        opened = self._pool.num_connections
        try:
            return send()
        except urllib3.exceptions.ProtocolError as error:
            if self._pool.num_connections > opened or not _is_unread(error):
                raise
        before_again()
        return send()

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


def _is_unread(error: urllib3.exceptions.ProtocolError) -> bool:
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
