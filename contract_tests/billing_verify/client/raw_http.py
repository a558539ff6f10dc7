"""HTTP over sockets of our own, where a client library hides too much.

A burst has to hold back the last byte of each request and to know when each response arrived.
Responses are parsed by http.client, as those of all other requests are: a stricter parser would
take an answer for none.
"""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from billing_verify.client.bounded import BoundedStream
from billing_verify.client.connections import request_target, tls_context
from billing_verify.client.keys import KEY_HEADER

if TYPE_CHECKING:
    import threading

    from _typeshed import WriteableBuffer

    from billing_verify.client.exchange import Call
    from billing_verify.client.target import Target


def connect(target: Target, seconds: float) -> socket.socket:
    """Return a new connection to the target, encrypted for an https URL. Raises OSError.

    `seconds` is how long each of its steps may take.
    """
    parts = urlsplit(target.url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    plain = socket.create_connection((host, port), timeout=seconds)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    tls = tls_context(target)
    if tls is None:
        return plain
    return tls.wrap_socket(plain, server_hostname=host)


def request_bytes(target: Target, call: Call) -> bytes:
    """Return a call as the bytes of an HTTP/1.1 request, with the header Connection: close."""
    headers = {
        "Host": urlsplit(call.url).netloc,
        **target.headers,
        **call.headers,
        "Connection": "close",
    }
    if call.body is not None:
        headers["Content-Length"] = str(len(call.body))
    keys = ((KEY_HEADER, value) for value, _ in call.key.headers)
    head = "".join(f"{name}: {value}\r\n" for name, value in (*headers.items(), *keys))
    return f"{call.method} {request_target(call.url)} HTTP/1.1\r\n{head}\r\n".encode(
        "latin-1"
    ) + (call.body or b"")


class TimedStream(BoundedStream):
    """A bounded stream that knows when the last bytes arrived: `received_at`.

    What arrives is returned only when all requests of the burst are sent. To parse a response takes
    longer than some services take to answer, and in one process only one thread works at a time:
    parsing would delay the requests that are still to be sent.
    """

    def __init__(
        self, connection: socket.socket, ends: float, all_sent: threading.Event
    ) -> None:
        super().__init__(connection, ends)
        self._all_sent = all_sent
        self.received_at = 0.0

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Receive into the buffer and return how many bytes came, 0 at the end. Raises OSError."""
        size = super().readinto(buffer)
        self.received_at = time.monotonic()
        self._all_sent.wait()
        return size
