"""The bytes of an answer of HTTP/1.1."""

from __future__ import annotations

import time
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from billing_mock.api.answer import Answer

_WITHOUT_LENGTH = frozenset({100, 101, 102, 103, 204, 304})


def render_answer(
    answer: Answer, connection_header: bytes, *, has_body: bool = True
) -> bytes:
    """Return head and body of an answer of the API. `connection_header` is a line of the head, or empty."""
    head = render_head(answer, connection_header)
    return head + answer.body if has_body else head


def render_head(answer: Answer, connection_header: bytes) -> bytes:
    """Return the head of an answer of the API, which has the length of the whole body."""
    return b"%b%bcontent-length: %d\r\ndate: %b\r\n%b\r\n" % (
        _first_lines(answer.status_line, answer.content_type),
        _lines_of(answer.headers) if answer.headers else b"",
        len(answer.body),
        _date(int(time.time())),
        connection_header,
    )


def render_response(
    status_line: str,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    connection_header: bytes,
) -> bytes:
    """Return head and body of a response that a WSGI application has made."""
    lines = [f"HTTP/1.1 {status_line}", *(f"{name}: {value}" for name, value in headers)]  # fmt: skip
    names = {name.lower() for name, _ in headers}
    if (
        "content-length" not in names
        and int(status_line.partition(" ")[0]) not in _WITHOUT_LENGTH
    ):
        lines.append(f"content-length: {len(body)}")
    head = "\r\n".join(lines).encode("latin-1")
    date = _date(int(time.time()))
    return b"%b\r\ndate: %b\r\n%b\r\n%b" % (head, date, connection_header, body)


@lru_cache(maxsize=256)
def _first_lines(status_line: str, content_type: str) -> bytes:
    lines = f"HTTP/1.1 {status_line}\r\n"
    if content_type:
        lines += f"content-type: {content_type}\r\n"
    return lines.encode("latin-1", "replace")


def _lines_of(headers: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("latin-1")


@lru_cache(maxsize=1)
def _date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()
