"""A client of the deployment that the mock stands in front of: one connection for each request, on the loop.

A connection that was kept could close just when a request leaves, and then nobody knows whether the
request was heard. With one for each, an error to connect means that nothing was sent.
"""

from __future__ import annotations

import asyncio
import ssl
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from httptools import HttpParserError, HttpResponseParser

if TYPE_CHECKING:
    from billing_mock.servers.http_request import HttpRequest

SECONDS_MAX: Final = 60
ANSWER_BYTES_MAX: Final = 16 * 1024 * 1024
# They speak of one connection, or are written anew. An answer that is compressed could not be judged.
_NOT_PASSED: Final = frozenset({
    b"accept-encoding", b"connection", b"content-length", b"expect", b"host", b"http2-settings",
    b"keep-alive", b"proxy-connection", b"trailer", b"transfer-encoding", b"upgrade",
    b"te",  # codespell:ignore te
})  # fmt: skip


class UpstreamError(Exception):
    """The deployment has not answered. The message says why, and the remedy."""


class UpstreamAnswer(NamedTuple):
    """What the deployment has answered; the names of headers are in lower case."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


class Upstream:
    """A deployment at a URL of http or https, as `Settings` have checked it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.url = url.rstrip("/")
        self._host = parts.hostname or ""
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        self._netloc = parts.netloc.encode()
        self._base = parts.path.rstrip("/").encode()

    async def send(self, request: HttpRequest) -> UpstreamAnswer:
        """Send a request as it came, and return the answer. Raises UpstreamError."""
        try:
            async with asyncio.timeout(SECONDS_MAX):
                return await self._exchange(request)
        except TimeoutError:
            raise UpstreamError(
                f"{self.url} has not answered within {SECONDS_MAX} s; whether it did what was asked is unknown"
            ) from None
        except HttpParserError as error:
            raise UpstreamError(
                f"{self.url} answered what is no HTTP: {error}"
            ) from error

    async def _exchange(self, request: HttpRequest) -> UpstreamAnswer:
        try:
            reader, writer = await asyncio.open_connection(
                self._host, self._port, ssl=self._tls
            )
        except ssl.SSLCertVerificationError as error:
            raise UpstreamError(
                f"{self.url} is not trusted: {error}; nothing was sent. Name the file of its authority in SSL_CERT_FILE"
            ) from error
        except (OSError, UnicodeError) as error:
            raise UpstreamError(
                f"{self.url} cannot be reached: {error}; nothing was sent. Start it, or correct --upstream"
            ) from error
        try:
            writer.write(self._rendered(request))
            answer = _AnswerParser(is_head=request.method == b"HEAD")
            while not answer.is_complete:
                part = await reader.read(65536)
                if not part:
                    answer.end()
                    break
                answer.feed(part)
        except OSError as error:
            raise self._broken() from error
        finally:
            writer.transport.abort()
        if not answer.is_complete:
            raise self._broken()
        return UpstreamAnswer(answer.status, tuple(answer.headers), bytes(answer.body))

    def _broken(self) -> UpstreamError:
        return UpstreamError(
            f"{self.url} closed the connection before its answer was whole; whether it did what was asked is unknown"
        )

    def _rendered(self, request: HttpRequest) -> bytes:
        query = b"?" + request.query if request.query else b""
        lines = [b"%b %b HTTP/1.1" % (request.method, self._base + request.path + query)]  # fmt: skip
        headers = {k: v for k, v in request.headers.items() if k not in _NOT_PASSED}
        headers |= {b"host": self._netloc, b"connection": b"close"}
        if request.body or b"content-length" in request.headers:
            headers[b"content-length"] = b"%d" % len(request.body)
        lines += [b"%b: %b" % each for each in headers.items()]
        return b"\r\n".join([*lines, b"", request.body])


class _AnswerParser:
    """The parser of one answer."""

    def __init__(self, *, is_head: bool) -> None:
        self._parser = HttpResponseParser(self)
        self._is_head = is_head
        self._has_head = False
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = bytearray()
        self.is_complete = False

    def feed(self, data: bytes) -> None:
        """Take bytes. Raises UpstreamError for more than ANSWER_BYTES_MAX, HttpParserError for what is no HTTP."""
        if not self.is_complete:
            self._parser.feed_data(data)
        if len(self.body) > ANSWER_BYTES_MAX:
            raise UpstreamError(
                f"the deployment answered with more than {ANSWER_BYTES_MAX} bytes"
            )

    def end(self) -> None:
        """Take the end of the connection, which ends a body without a length."""
        names = {name for name, _ in self.headers}
        framed = names & {b"content-length", b"transfer-encoding"}
        self.is_complete = self.is_complete or (self._has_head and not framed)

    def on_message_begin(self) -> None:
        """Begin an answer, maybe after an interim one."""
        self.headers, self._has_head = [], False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header."""
        if not self._has_head:
            self.headers.append((name.lower(), value.strip(b" \t")))

    def on_headers_complete(self) -> None:
        """Take the status."""
        self.status = self._parser.get_status_code()
        self._has_head = self.status >= HTTPStatus.OK
        if self._is_head:
            self.is_complete = self._has_head

    def on_body(self, part: bytes) -> None:
        """Take a part of the body."""
        self.body += part

    def on_message_complete(self) -> None:
        """Take the end, unless it is that of an interim answer."""
        self.is_complete = self._has_head
