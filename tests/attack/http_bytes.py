"""The bytes of proper requests, from which hostile ones are made, and of the answers that come back."""

import json
import re
import socket
from dataclasses import dataclass
from decimal import Decimal

from tests.processes import KEY

DEBIT = "/internal/billing/debit"
_STATUS = re.compile(rb"HTTP/1\.1 (\d\d\d) ")
ANSWER_SECONDS_MAX = 20


@dataclass(frozen=True)
class Attack:
    """What one connection sends, in parts, and what the mock may do about it.

    `charges` are the units of the debits in it that are proper: each has to be answered 200.
    With `hangs_up` the client closes at once and reads nothing.
    """

    parts: tuple[bytes, ...]
    user_id: str = ""
    charges: tuple[Decimal, ...] = ()
    hangs_up: bool = False


def head(target=DEBIT, *, method="POST", version="1.1", key=KEY, headers=()):
    """Return the head of a request without its last, empty line."""
    lines = [f"{method} {target} HTTP/{version}", "Host: localhost"]
    if key is not None:
        lines.append(f"X-Internal-Key: {key}")
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n"


def whole(target=DEBIT, body=b"", *, method="POST", headers=(), **more):
    """Return a request with a body and its length."""
    named = [("Content-Type", "application/json"), *headers]
    length = [("Content-Length", len(body))]
    return (
        head(target, method=method, headers=[*named, *length], **more) + b"\r\n" + body
    )


def debit_body(user_id, ref, units="0.01", **more):
    """Return the body of a debit."""
    fields = {"user_id": user_id, "ref": ref, "reason": "attack", **more}
    return (json.dumps(fields)[:-1] + f', "units": {units}}}').encode()


def statuses_of(address, attack):
    """Send an attack on a connection of its own, close the writing side, and return the statuses that come.

    Raises TimeoutError where the mock does not close the connection in time.
    """
    with socket.create_connection(address, timeout=ANSWER_SECONDS_MAX) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answer = []
        try:
            for part in attack.parts:
                connection.sendall(part)
            if attack.hangs_up:
                return []
            connection.shutdown(socket.SHUT_WR)
            while data := connection.recv(65536):
                answer.append(data)
        except (ConnectionResetError, BrokenPipeError):
            pass  # the mock has refused and gone before all was sent
        return [int(each) for each in _STATUS.findall(b"".join(answer))]
