"""Sends single requests of the contract to a server, and keeps the bytes of the answers."""

from __future__ import annotations

import json
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

KEY: Final = "super-secret-dev"
USER: Final = "11111111-1111-1111-1111-111111111111"
UNITS: Final = 2.0
_POLL_SECONDS: Final = 0.002  # how far off a time may be; asking without a pause would take the core from the server
_ANSWER_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Answer:
    """An answer as it came: its status, its body, and how many bytes it took with its head."""

    status: int
    body: bytes
    size: int

    def json(self) -> Any:
        """Return the value that the body stands for."""
        return json.loads(self.body)


def send(port: int, operation: str, *, ref: str = "") -> Answer:
    """Send one request of `operation` (balance, check or debit) over a connection of its own."""
    if operation == "balance":
        return exchange(port, "GET", f"/internal/billing/balance?user_id={USER}")
    body: dict[str, Any] = {"user_id": USER, "units": UNITS}
    if operation == "debit":
        body |= {"ref": ref, "reason": "chat_message"}
    return exchange(port, "POST", f"/internal/billing/{operation}", json.dumps(body))


def exchange(port: int, method: str, path: str, body: str = "") -> Answer:
    """Send one request and return its answer. Raises OSError where none comes."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Internal-Key: {KEY}\r\n"
    if method == "POST":
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    with socket.create_connection(("127.0.0.1", port), _ANSWER_SECONDS) as connection:
        connection.sendall(f"{head}\r\n{body}".encode())
        return _receive(connection)


def seconds_to_first_answer(port: int, *, started: float, limit: float) -> float:
    """Wait until a balance is answered 200, and return the seconds since `started`.

    `started` is a time of time.perf_counter(). Raises TimeoutError after `limit` seconds.
    """
    while True:
        with suppress(OSError):
            if send(port, "balance").status == 200:  # noqa: PLR2004
                return time.perf_counter() - started
        if time.perf_counter() - started > limit:
            raise TimeoutError(f"no answer within {limit:.0f} s")
        time.sleep(_POLL_SECONDS)


def _receive(connection: socket.socket) -> Answer:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    status, *headers = head.lower().split(b"\r\n")
    lengths = [line for line in headers if line.startswith(b"content-length:")]
    if b" 204 " in status:
        pass
    elif lengths:
        length = int(lengths[0].partition(b":")[2])
        while len(body) < length:
            body += _more(connection)
    else:  # in chunks: the last one is empty
        while not body.endswith(b"0\r\n\r\n"):
            body += _more(connection)
    return Answer(int(status.split()[1]), body, len(head) + 4 + len(body))


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    if not data:
        raise ConnectionError("the connection closed inside an answer")
    return data
