"""Sending of answers: of several connections together, since to wake a client once costs less than once for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


class Together:
    """The senders of one server that have something to send once all that came was looked at."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: list[Sender] = []

    def add(self, sender: Sender) -> None:
        """Let a sender send soon."""
        if not self._waiting:
            self._loop.call_soon(self._send)
        self._waiting.append(sender)

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            each.flush()


class Sender:
    """The bytes to one client, in their order. Who closes the transport calls `flush` before."""

    def __init__(self, transport: asyncio.Transport, together: Together) -> None:
        self._transport = transport
        self._together = together
        self._unsent = b""

    def write(self, data: bytes, *, at_once: bool) -> None:
        """Send bytes, at once or together with those of other connections."""
        if at_once:
            self.flush()
            self._transport.write(data)
        elif self._unsent:
            self._unsent += data
        else:
            self._unsent = data
            self._together.add(self)

    def flush(self) -> None:
        """Send what was written and not yet sent."""
        if self._unsent:
            data, self._unsent = self._unsent, b""
            self._transport.write(data)
