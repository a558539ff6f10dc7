"""Serves the contract's examples from the mock's own HTTP server, on a port of 127.0.0.1, until SIGTERM.

Nothing is parsed, checked or kept: what it takes is what the server takes.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from billing_mock.servers.http_server import HttpServer

if TYPE_CHECKING:
    from billing_mock.servers.http_connection import HttpConnection
    from billing_mock.servers.http_request import BadRequestError, HttpRequest

_CONTRACT = Path(__file__).parents[2] / "billing_contract" / "openapi-3.0.json"
_OPERATIONS = (("balance", "get"), ("check", "post"), ("debit", "post"))


class FixedSite:
    """Answers each path with bytes that were made at the start."""

    def __init__(self) -> None:
        self._answers = _answers()

    def start(self, request: HttpRequest, connection: HttpConnection) -> None:
        """Answer a request at once. Raises KeyError for a path that is no operation."""
        connection.write(self._answers[request.path])
        connection.finish()

    def refusal(self, error: BadRequestError) -> bytes:
        """Return the answer to bytes that are no request."""
        return _answer(int(error.status), {"detail": str(error)})


def main() -> None:
    """Serve on the port that is the only argument."""
    listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
    asyncio.run(_serve(listening))


async def _serve(listening: socket.socket) -> None:
    await HttpServer(FixedSite()).start(listening)
    await asyncio.Event().wait()


def _answers() -> dict[bytes, bytes]:
    paths = json.loads(_CONTRACT.read_text(encoding="utf-8"))["paths"]
    answers = {}
    for name, method in _OPERATIONS:
        path = f"/internal/billing/{name}"
        content = paths[path][method]["responses"]["200"]["content"]
        example = content["application/json"]["examples"]["documented"]["value"]
        answers[path.encode()] = _answer(200, example)
    return answers


def _answer(status: int, value: object) -> bytes:
    body = json.dumps(value).encode()
    head = f"HTTP/1.1 {status} OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


if __name__ == "__main__":
    main()
