"""The socket that a server listens on, taken before the server is built, so that nobody else gets the port."""

from __future__ import annotations

import ipaddress
import os
import socket
from dataclasses import dataclass


class AddressError(Exception):
    """The address cannot be listened on; the message names the remedy."""


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a socket that listens. `port` is a real port, never 0."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Return whether only this machine can reach the address."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def url(self) -> str:
        """Return the URL for a client on this machine, without a slash at the end."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  shown to the user, not listened on
        return (
            f"http://[{host}]:{self.port}"
            if ":" in host
            else f"http://{host}:{self.port}"
        )


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at the address; port 0 picks a free port.

    Clients that connect before a server accepts wait for it. Raises AddressError when the host is
    unknown, or the port is taken or not permitted.
    """
    try:
        family, _, _, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            if os.name != "nt":  # there it would let two programs share the port
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(where)
            listening.listen()
        except BaseException:
            listening.close()
            raise
    except (OSError, OverflowError, UnicodeError) as error:
        raise AddressError(
            f"cannot listen on {host} port {port}: {_describe_bind_error(error, port)}"
        ) from error
    return listening


def address_of(listening: socket.socket) -> Address:
    """Return the address of a socket that listens."""
    host, port = listening.getsockname()[:2]
    return Address(host, port)


def _describe_bind_error(error: Exception, port: int) -> str:
    match error:
        case OSError(errno=98 | 48 | 10048):
            return f"another program uses it; stop that one, or choose another with --port (now {port}; 0 picks a free one)"
        case PermissionError():
            return "not permitted; choose a port above 1023 with --port"
        case _:
            return f"{error}; check --host and --port"
