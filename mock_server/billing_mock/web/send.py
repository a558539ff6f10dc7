"""Send an answer over WSGI as its faults demand: whole, late, slowly, half of it, or nothing.

Werkzeug passes the socket to the application, so a connection can be closed without a byte, or
reset. Granian does not: there, in place of an answer that shall be lost, the head of a 502 is sent
whose body never follows, and the client sees the connection end inside the answer.
"""

from __future__ import annotations

import os
import socket
import struct
from typing import TYPE_CHECKING

from billing_mock.faults import SentPart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

    from billing_mock.journal.record import Record

_CLOSE_WITH_RST = struct.pack("ii", 1, 0)


def send(
    record: Record, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """Answer a WSGI call as its record describes.

    Blocks for the seconds that a delaying fault asks for, at most until the waits are closed. Sets
    `record.gave_up` where the client is seen to close the connection before the whole answer.
    """
    if not record.faults:
        return _send_whole(record, start_response)
    delivery = record.delivery
    client: socket.socket | None = environ.get("werkzeug.socket")
    if delivery.wait_seconds:
        _pause(record, delivery.wait_seconds)
        record.gave_up = client is not None and _has_hung_up(client)
    if delivery.sent is SentPart.NOTHING:
        return _send_nothing(record, client, start_response)
    _send_head(record, start_response)
    body = delivery.answer.body
    if delivery.sent is SentPart.PART:
        return iter((body[: len(body) // 2],))
    return _send_slowly(record) if delivery.body_seconds else [body]


def _send_slowly(record: Record) -> Iterator[bytes]:
    body = record.delivery.answer.body
    gap = record.delivery.body_seconds / max(len(body) - 1, 1)
    try:
        for index in range(len(body)):
            if index:
                _pause(record, gap)
            yield body[index : index + 1]
    except GeneratorExit:
        record.gave_up = True
        raise


def _pause(record: Record, seconds: float) -> None:
    if record.waits is not None:
        record.waits.wait(seconds)


def _send_head(record: Record, start_response: StartResponse) -> None:
    answer = record.delivery.answer
    start_response(
        answer.status_line,
        [
            ("Content-Type", answer.content_type),
            ("Content-Length", str(len(answer.body))),
        ],
    )


def _send_whole(record: Record, start_response: StartResponse) -> list[bytes]:
    _send_head(record, start_response)
    return [record.delivery.answer.body]


def _send_nothing(
    record: Record, client: socket.socket | None, start_response: StartResponse
) -> Iterable[bytes]:
    start_response("502 Bad Gateway", [("Content-Length", "1")])
    if client is None:
        return iter(())
    if record.delivery.reset:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_WITH_RST)
        dead_end, other_end = socket.socketpair()
        other_end.close()
        os.dup2(dead_end.fileno(), client.fileno())
        dead_end.close()
    else:
        client.shutdown(socket.SHUT_RDWR)
    return []


def _has_hung_up(client: socket.socket) -> bool:
    try:
        return client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
