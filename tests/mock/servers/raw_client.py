"""A client of raw bytes: what a gateway's library never sends, and what no library shows of an answer's end."""

from __future__ import annotations

import socket
from contextlib import closing

KEY = "super-secret-dev"
HEADERS = {
    "Host": "localhost",
    "X-Internal-Key": KEY,
    "Content-Type": "application/json",
}
DEBIT = "/internal/billing/debit"


def connect(url):
    """Return an open socket to a mock; close it."""
    host, port = url.rpartition("/")[2].rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=60)


def request(path=DEBIT, *, method="POST", body=None, **headers):
    """Return the bytes of a request; a header is named with `_` for `-`, and None leaves it out."""
    body = payload() if body is None else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = {**HEADERS, "Content-Length": str(len(body)), **named}
    head = "".join(f"{k}: {v}\r\n" for k, v in lines.items() if v is not None)
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


def payload(*, user_id="test-user", units="2.0", ref="r-1"):
    return (
        f'{{"user_id": "{user_id}", "units": {units}, "ref": "{ref}", "reason": "x"}}'
    ).encode()


def read_answer(connection, method="POST"):
    """Return status, headers and body of the next answer, and read no byte after it.

    Raises ConnectionError where the answer is not whole.
    """
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += _read(connection, 1)
    status_line, *lines = head.decode("latin-1").split("\r\n")[:-2]
    headers = {
        name.lower(): value
        for name, _, value in (each.partition(": ") for each in lines)
    }
    length = 0 if method == "HEAD" else int(headers.get("content-length", 0))
    body = b""
    while len(body) < length:
        body += _read(connection, length - len(body))
    return int(status_line.split(" ")[1]), headers, body


def _read(connection, size):
    part = connection.recv(size)
    if not part:
        raise ConnectionError("the connection ended before the answer did")
    return part


def exchange(url, data):
    """Return status, headers and body of the answer to these bytes on a connection of their own."""
    with closing(connect(url)) as connection:
        connection.sendall(data)
        return read_answer(connection)


def read_to_end(connection):
    """Return everything that comes before FIN. Raises ConnectionResetError at RST."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)
