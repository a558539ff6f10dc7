"""One connection of a client: requests in, one after the other, and the bytes of their answers out."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections import deque
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from billing_mock.servers.http_request import BadRequestError
from billing_mock.servers.request_parser import RequestParser
from billing_mock.servers.sending import Sender

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_mock.servers.http_request import HttpRequest
    from billing_mock.servers.http_site import Connections, Site

PIPELINED_MAX: Final = 16
HALF_SENT_SECONDS_MAX: Final = 30
IDLE_SECONDS_MAX: Final = 600
_LINGER_SECONDS: Final = 2
_HALF_CLOSED_SECONDS: Final = 0.5
_CLOSE_WITH_RST: Final = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class HttpConnection(asyncio.Protocol):
    """One connection. It answers one request at a time, in their order.

    `client_left` says whether the client has closed its side, or all. `on_hang_up` is called with
    True where that happens before the answer in progress is finished, and with False where the
    client is seen to have taken the whole of that answer nevertheless, since it had closed its side
    alone. It is forgotten with each answer.
    """

    def __init__(self, site: Site, connections: Connections) -> None:
        self._site = site
        self._connections = connections
        self._loop = asyncio.get_running_loop()
        self._parser = RequestParser()
        self._waiting: deque[HttpRequest] = deque()
        self._answering: HttpRequest | None = None
        self._is_advancing = False
        self._is_flooded = False
        self._closes_when_answered = False
        self._is_over = False
        self._since = self._loop.time()
        self._transport: asyncio.Transport
        self._sender: Sender
        self.client_left = False
        self.on_hang_up: Callable[[bool], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin with a client, or refuse it where there are too many."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  as TCP has it
        self._transport = transport
        self._sender = Sender(transport, self._connections.together)
        if not self._connections.add(self):
            self._refuse(
                BadRequestError(
                    HTTPStatus.SERVICE_UNAVAILABLE,
                    "too many connections are open; close some",
                )
            )

    def data_received(self, data: bytes) -> None:
        """Take bytes of the client."""
        if self._is_over:
            return
        was_midway = self._parser.is_midway
        done = self._parser.feed(data)
        if done or not was_midway:
            self._since = self._loop.time()
        self._waiting.extend(done)
        if len(self._waiting) > PIPELINED_MAX or self._parser.error:
            self._transport.pause_reading()
        self._advance()

    def eof_received(self) -> bool:
        """Take the end of what the client sends, and return whether the connection stays open for an answer."""
        self.client_left = True
        self._closes_when_answered = True
        if self._is_over or (self._answering is None and not self._waiting):
            return False
        self._tell_of_hang_up()
        return True

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  the reason does not matter
        """Take the end of the connection."""
        self._connections.remove(self)
        self.client_left = True
        if not self._is_over:
            self._is_over = True
            self._tell_of_hang_up()

    def pause_writing(self) -> None:
        """Begin no other answer while the client does not read."""
        self._is_flooded = True

    def resume_writing(self) -> None:
        """Go on, since the client reads."""
        self._is_flooded = False
        self._advance()

    @property
    def header(self) -> bytes:
        """Return the line `connection` of the head of the answer in progress, empty where none is needed."""
        request = self._answering
        if self._closes_when_answered or request is None or not request.keep_alive:
            return b"connection: close\r\n"
        return b"connection: keep-alive\r\n" if request.is_http10 else b""

    @property
    def is_open(self) -> bool:
        """Return whether what is written may still reach the client."""
        return not self._is_over

    def is_overdue(self, now: float) -> bool:
        """Return whether the client has been silent for too long. `now` is in seconds of the loop's clock."""
        if self._is_over or self._answering is not None or self._waiting:
            return False
        limit = HALF_SENT_SECONDS_MAX if self._parser.is_midway else IDLE_SECONDS_MAX
        return now - self._since > limit

    def write(self, data: bytes) -> None:
        """Send bytes of the answer in progress. Does nothing where the connection is closed."""
        if not self._is_over:
            self._sender.write(data, at_once=self._connections.is_alone)

    def finish(self) -> None:
        """End the answer in progress, and go on to the next request, or close."""
        request, self._answering = self._answering, None
        hang_up, self.on_hang_up = self.on_hang_up, None
        if self._is_over or request is None:
            return
        self._since = self._loop.time()
        if self.client_left and hang_up and not self._waiting:
            self._close_half_closed(hang_up)
        elif not request.keep_alive:
            self._close()
        else:
            self._advance()

    def cut(self, *, reset: bool = False) -> None:
        """Close the connection within an answer: with FIN after what was written, or at once with RST."""
        self.on_hang_up = None
        if self._is_over:
            return
        self._is_over = True
        self._sender.flush()
        if reset:
            client = self._transport.get_extra_info("socket")
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_WITH_RST)
            self._transport.abort()
        else:
            self._transport.close()

    def close_when_answered(self) -> None:
        """Take no further request, and close once those that came whole are answered."""
        self._sender.flush()
        self._closes_when_answered = True
        if not self._is_over:
            self._transport.pause_reading()
            self._advance()
        elif not self._transport.get_write_buffer_size():
            self._transport.abort()

    def close_overdue(self) -> None:
        """Close, since the client has been silent for too long."""
        if self._parser.is_midway:
            message = f"the request did not come whole within {HALF_SENT_SECONDS_MAX} s"
            self._refuse(BadRequestError(HTTPStatus.REQUEST_TIMEOUT, message))
        else:
            self.abort()

    def abort(self) -> None:
        """Close at once, whatever is in progress."""
        self._is_over = True
        self._transport.abort()

    def _advance(self) -> None:
        if self._is_advancing:
            return
        self._is_advancing = True
        while (
            self._waiting
            and self._answering is None
            and not (self._is_over or self._is_flooded)
        ):
            self._answering = self._waiting.popleft()
            self._site.start(self._answering, self)
        self._is_advancing = False
        if self._answering is None and not self._waiting and not self._is_over:
            self._go_on_reading()

    def _go_on_reading(self) -> None:
        if self._parser.error is not None:
            self._refuse(self._parser.error)
        elif self._closes_when_answered:
            self._close()
        else:
            if self._parser.take_expectation():
                self._sender.write(b"HTTP/1.1 100 Continue\r\n\r\n", at_once=True)
            self._transport.resume_reading()

    def _close(self) -> None:
        self._is_over = True
        self._sender.flush()
        self._transport.close()

    def _refuse(self, error: BadRequestError) -> None:
        """Answer and close, in such a way that the answer is not lost where the client still sends."""
        self._is_over = True
        self._sender.write(self._site.refusal(error), at_once=True)
        self._transport.write_eof()
        self._transport.resume_reading()
        self._loop.call_later(_LINGER_SECONDS, self._transport.abort)

    def _close_half_closed(self, hang_up: Callable[[bool], None]) -> None:
        """Close, and find out whether the client, which had closed its side, has taken the answer.

        A client that had closed all answers the bytes with RST.
        """
        self._is_over = True
        self._sender.flush()
        try:
            self._transport.write_eof()
        except OSError:
            self._transport.abort()
        else:
            self._loop.call_later(_HALF_CLOSED_SECONDS, self._close_if_taken, hang_up)

    def _close_if_taken(self, hang_up: Callable[[bool], None]) -> None:
        if self._transport.is_closing():
            return
        client = self._transport.get_extra_info("socket")
        taken = not self._transport.get_write_buffer_size() and not client.getsockopt(
            socket.SOL_SOCKET, socket.SO_ERROR
        )
        if taken:
            hang_up(False)  # noqa: FBT003  one word would have to say both
        self._transport.close()

    def _tell_of_hang_up(self) -> None:
        if self.on_hang_up is not None:
            self.on_hang_up(True)  # noqa: FBT003  as above
