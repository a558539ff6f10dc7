"""The parser that makes requests of the bytes of a connection."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final, NamedTuple

from httptools import (
    HttpParserError,
    HttpParserUpgrade,
    HttpRequestParser,
    parse_url,
)

from billing_mock.api.request import BODY_BYTES_MAX
from billing_mock.servers.http_request import (
    HEAD_BYTES_MAX,
    BadRequestError,
    HttpRequest,
    bad_request,
    body_too_large,
    head_too_large,
)

# What the chunks of a body may take on the wire: bytes that come one by one need six each.
_WIRE_BYTES_MAX: Final = HEAD_BYTES_MAX + 8 * BODY_BYTES_MAX
_NOT_USUAL: Final = (b"transfer-encoding", b"expect", b"upgrade")
_FRAMING: Final = (b"content-length", b"transfer-encoding")


class RequestParser:
    """The parser of one connection. httptools knows the grammar; the limits, and bodies after an upgrade, are its own.

    `error` is what was wrong with the bytes after the requests that `feed` has returned, None where
    nothing was; nothing may be fed afterwards. `is_midway` says whether a request has begun and is
    not complete.
    """

    def __init__(self) -> None:
        self._parser = HttpRequestParser(self)
        self._done: list[HttpRequest] = []
        self.error: BadRequestError | None = None
        self._request: HttpRequest | None = None
        self._repeats_head = False
        self._wire_bytes = 0
        self._target = b""
        self._headers: dict[bytes, bytes] = {}
        self._head_bytes = 0
        self._body: bytes | bytearray = b""
        self._expects_continue = False
        self.is_midway = False
        self._usual: _UsualRequest | None = None

    def feed(self, data: bytes) -> list[HttpRequest]:
        """Take bytes, and return the requests that they complete. Sets `error`, and raises nothing."""
        was_midway = self.is_midway
        if self._usual is not None and not was_midway:
            again = self._usual.again(data)
            if again is not None:
                return [again]
        try:
            self._feed(data)
        except HttpParserError as error:
            self.error = self.error or bad_request(error)
        done, self._done = self._done, []
        if not was_midway:
            self._usual = _usual(data, done)
        if done and not done[-1].keep_alive:
            self.error = None  # what follows the last request is not looked at
        elif self.is_midway:
            before = self._wire_bytes if was_midway else 0
            self._wire_bytes = 0 if done else before + len(data)
            self._limit_wire_bytes()
        return done

    def take_expectation(self) -> bool:
        """Return, once for each request, whether its client waits for `100 Continue` before it sends the body."""
        expects, self._expects_continue = self._expects_continue, False
        return expects

    def on_message_begin(self) -> None:
        """Begin a request."""
        if not self._repeats_head:
            self._begin()
            self.is_midway = True

    def on_url(self, part: bytes) -> None:
        """Take a part of the target."""
        if not self._repeats_head:
            self._target += part
            self._add_to_head(len(part))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header."""
        if self._repeats_head:
            return
        self._add_to_head(len(name) + len(value))
        if self._request is not None:
            return  # a trailer: nobody reads it
        name, value = name.lower(), value.strip(b" \t")
        headers = self._headers
        headers[name] = headers[name] + b"," + value if name in headers else value

    def on_headers_complete(self) -> None:
        """Make the request, which still lacks its body. Raises BadRequestError for a version or a length that is not served."""
        if self._repeats_head:
            return
        version = self._parser.get_http_version()
        path, _, query = self._target.partition(b"?")
        if not path.startswith(b"/") and b"://" in path:
            url = parse_url(self._target)
            path, query = url.path or b"/", url.query or b""
        method = self._parser.get_method()
        request = HttpRequest(method, path, query, version == "1.0", self._headers)
        if version not in {"1.0", "1.1"}:
            status = HTTPStatus.HTTP_VERSION_NOT_SUPPORTED
            self._refuse(status, f"HTTP/{version} is not served; use HTTP/1.1")
        self._request = request
        if int(self._headers.get(b"content-length", 0)) > BODY_BYTES_MAX:
            self._refuse_body()
        if b"expect" in self._headers and not request.is_http10:
            expected = self._headers[b"expect"].lower()
            self._expects_continue = expected == b"100-continue"

    def on_body(self, part: bytes) -> None:
        """Take a part of the body. Raises BadRequestError where that is too much."""
        self._expects_continue = False
        if not self._body:
            self._body = part
        elif isinstance(self._body, bytes):
            self._body = bytearray(self._body + part)
        else:
            self._body += part
        if len(self._body) > BODY_BYTES_MAX:
            self._refuse_body()

    def on_message_complete(self) -> None:
        """Add the request to the complete ones, unless its body is still to come because of an upgrade."""
        request = self._request
        if request is None or self._has_body_after_upgrade(request):
            return
        request.body = bytes(self._body)
        self._done.append(request)
        self._request = None
        self._expects_continue = False
        self.is_midway = False

    def _begin(self) -> None:
        self._target = b""
        self._headers = {}
        self._head_bytes = 0
        self._body = b""
        self._expects_continue = False

    def _feed(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            # No protocol is offered here, so what follows is HTTP/1 as well. httptools takes the
            # request for one without a body. The rest goes to another parser, which is told
            # first how long the body is.
            rest = data[upgrade.args[0] :]
            request = self._request
            self._parser = HttpRequestParser(self)
            if request is not None:
                self._repeats_head = True
                self._parser.feed_data(_framing_of(request))
                self._repeats_head = False
            if rest:
                self._feed(rest)

    def _has_body_after_upgrade(self, request: HttpRequest) -> bool:
        return (
            self._parser.should_upgrade()
            and not self._body
            and request.method != b"CONNECT"
            and (
                b"transfer-encoding" in request.headers
                or int(request.headers.get(b"content-length", 0)) > 0
            )
        )

    def _limit_wire_bytes(self) -> None:
        """Refuse what is too long to be one request, with headers that httptools has not handed over yet."""
        in_head = self._request is None
        if in_head and self._wire_bytes > HEAD_BYTES_MAX:
            self.error = self.error or head_too_large()
        elif self._wire_bytes > _WIRE_BYTES_MAX:
            self.error = self.error or body_too_large(self._request)

    def _add_to_head(self, count: int) -> None:
        self._head_bytes += count
        if self._head_bytes > HEAD_BYTES_MAX:
            self.error = head_too_large()
            raise self.error

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        self.error = BadRequestError(status, message)
        raise self.error

    def _refuse_body(self) -> None:
        self.error = body_too_large(self._request)
        raise self.error


class _UsualRequest(NamedTuple):
    """A request that came in one piece. A client mostly sends the same head again, and then nothing in it is new."""

    head: bytes
    size: int
    request: HttpRequest

    def again(self, data: bytes) -> HttpRequest | None:
        """Return the request that these bytes are where they have the same head and a body of the same length."""
        if len(data) != self.size or not data.startswith(self.head):
            return None
        was = self.request
        return HttpRequest(
            was.method,
            was.path,
            was.query,
            was.is_http10,
            was.headers,
            data[len(self.head) :],
        )


def _usual(data: bytes, done: list[HttpRequest]) -> _UsualRequest | None:
    """Return the one request that these bytes are, None where they are not exactly one whose head says all of it."""
    if len(done) != 1 or not done[0].keep_alive:
        return None
    headers = done[0].headers
    if not headers.keys().isdisjoint(_NOT_USUAL):
        return None
    size = int(headers.get(b"content-length", 0))
    head = data[: data.find(b"\r\n\r\n") + 4]
    if len(head) + size != len(data) or data[len(head) :] != done[0].body:
        return None
    return _UsualRequest(head, len(data), done[0])


def _framing_of(request: HttpRequest) -> bytes:
    lines = [b"POST / HTTP/1.1"]
    lines += [b"%b: %b" % (name, request.headers[name]) for name in _FRAMING if name in request.headers]  # fmt: skip
    return b"\r\n".join([*lines, b"", b""])
