"""Requests of HTTP/1, and what is wrong with bytes that are none."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from httptools import HttpParserError, HttpParserInvalidMethodError

from billing_mock.api.request import BODY_BYTES_MAX

HEAD_BYTES_MAX: Final = 64 * 1024


@dataclass(slots=True, eq=False)
class HttpRequest:
    """One request. `path` and `query` are as they were sent; names of headers are in lower case.

    A header that was sent several times has its values joined by commas.
    """

    method: bytes
    path: bytes
    query: bytes
    is_http10: bool
    headers: dict[bytes, bytes]
    body: bytes = b""
    keep_alive: bool = field(init=False)

    def __post_init__(self) -> None:
        tokens = self.headers.get(b"connection", b"").lower()
        if self.is_http10:
            self.keep_alive = b"keep-alive" in tokens
        else:
            self.keep_alive = b"close" not in tokens and self.method != b"CONNECT"

    def header(self, name: bytes) -> str | None:
        """Return the value of a header, its bytes as Latin-1, or None where it was not sent."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")


class BadRequestError(Exception):
    """Bytes that are no request that can be served. The message is for the client.

    `request` is the request without its body, None where its head could not be read.
    """

    def __init__(
        self, status: HTTPStatus, message: str, request: HttpRequest | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.request = request


def bad_request(error: HttpParserError) -> BadRequestError:
    """Return what to tell of bytes that httptools cannot read."""
    if isinstance(error, HttpParserInvalidMethodError):
        message = "the method is none of HTTP/1.1; methods are in capital letters"
    else:
        message = f"the bytes are no request of HTTP/1.1: {error}"
    return BadRequestError(HTTPStatus.BAD_REQUEST, message)


def head_too_large() -> BadRequestError:
    """Return what to tell of a head above the limit."""
    return BadRequestError(
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        f"the head of the request is larger than {HEAD_BYTES_MAX} bytes",
    )


def body_too_large(request: HttpRequest | None) -> BadRequestError:
    """Return what to tell of a body above the limit."""
    return BadRequestError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"the body is larger than {BODY_BYTES_MAX} bytes",
        request,
    )
