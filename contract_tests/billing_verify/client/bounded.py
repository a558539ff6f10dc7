"""Answers are read to a limit: of time, whatever the pauses between their bytes, and of size.

A service may send a byte now and then, `100 Continue` without end, a body without end, or a small
one that unpacks to gigabytes. None of this may hold a run up or fill its memory.
"""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING

from urllib3.exceptions import HTTPError

if TYPE_CHECKING:
    import socket

    from _typeshed import WriteableBuffer
    from urllib3 import BaseHTTPResponse

BYTES_MAX = 256 * 1024
"""The longest body that is read, in bytes. A documented answer has less than a thousand."""

# A small part that was received may unpack to a thousand times as much, so little is asked for.
_STEP = 8 * 1024
_SERVER_ERRORS = range(500, 600)


class AnswerTooLongError(HTTPError):
    """The body of an answer is longer than BYTES_MAX once it is unpacked."""


class BoundedStream(io.RawIOBase):
    """A socket for http.client to read from until a moment, `ends` on the monotonic clock, in seconds.

    It keeps the socket open until it is closed itself, as a file of a socket does: http.client closes
    the socket before it has read the body.
    """

    def __init__(self, connection: socket.socket, ends: float) -> None:
        self._connection = connection
        self._file = connection.makefile("rb", buffering=0)
        self._ends = ends

    def readable(self) -> bool:
        """Return True: io.BufferedReader asks."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Receive into the buffer and return how many bytes came, 0 at the end.

        Raises TimeoutError where the moment has come, and OSError.
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._connection.settimeout(left)
        return self._file.readinto(buffer) or 0

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return a buffered reader, which is what http.client wants of a socket."""
        return io.BufferedReader(self)

    def close(self) -> None:
        """Let go of the socket."""
        self._file.close()
        super().close()


def read_body(response: BaseHTTPResponse) -> bytes:
    """Return the body of an answer, unpacked, and give its connection back.

    Of a 5xx the beginning is enough: its status says what counts. Raises AnswerTooLongError for any
    other body that is longer than BYTES_MAX, and HTTPError where the answer breaks off.
    """
    body = b""
    while len(body) <= BYTES_MAX:
        part = response.read(_STEP)
        if not part:
            response.release_conn()
            return body
        body += part
    response.close()
    if response.status in _SERVER_ERRORS:
        return body[:BYTES_MAX]
    raise AnswerTooLongError(
        f"the answer {response.status} is longer than {BYTES_MAX // 1024} KiB, "
        "which no answer of a billing service is"
    )
