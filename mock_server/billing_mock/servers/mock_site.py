"""What a mock answers on a loop: the documented operations itself, everything else through Flask."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from billing_mock.api.answer import JSON, Answer
from billing_mock.api.refusals import RefusedError, refusal_of_bytes
from billing_mock.api.request import Request
from billing_mock.servers.delivery import deliver
from billing_mock.servers.flask_bridge import FlaskBridge
from billing_mock.servers.http_answer import render_answer
from billing_mock.web.app import create_app
from billing_mock.web.routes import Routes

if TYPE_CHECKING:
    from billing_contract import Operation
    from billing_mock.servers.http_connection import HttpConnection
    from billing_mock.servers.http_request import BadRequestError, HttpRequest
    from billing_mock.service import MockService

log = logging.getLogger("billing_mock")

_HEALTHY = Answer(200, JSON, b'{"status":"ok"}\n')


class MockSite:
    """One mock on one loop. `address` is where the server listens."""

    def __init__(self, service: MockService, address: tuple[str, int]) -> None:
        self._service = service
        self._pipeline = service.pipeline
        self._loop = asyncio.get_running_loop()
        self._bridge = FlaskBridge(create_app(service), self._loop, address)
        self._tasks: set[asyncio.Task[None]] = set()
        self._operations = {
            (method.encode(), path.encode()): operation
            for (method, path), operation in Routes(service).operations.items()
        }

    def start(self, request: HttpRequest, connection: HttpConnection) -> None:
        """Begin to answer a request. The path must be an operation's byte by byte."""
        operation = self._operations.get((request.method, request.path))
        if operation is not None:
            self._start_operation(operation, request, connection)
        elif (request.method, request.path) == (b"GET", b"/health"):
            connection.write(render_answer(_HEALTHY, connection.header))
            connection.finish()
        else:
            self._bridge.start(request, connection)

    def refusal(self, error: BadRequestError) -> bytes:
        """Return the whole answer to bytes that are no request, and append it to the journal where they name a path."""
        refused = RefusedError(refusal_of_bytes(int(error.status)), str(error))
        request = error.request
        if request is None:
            answer = self._service.api.refuse(refused)
        else:
            answer = self._pipeline.reject(
                request.method.decode("latin-1"),
                request.path.decode("latin-1"),
                request.query.decode("latin-1"),
                refused,
            )
        return render_answer(answer, b"connection: close\r\n")

    def close(self) -> None:
        """End what the site holds, after its server was stopped."""
        for each in self._tasks:
            each.cancel()
        self._bridge.close()

    def _start_operation(
        self, operation: Operation, request: HttpRequest, connection: HttpConnection
    ) -> None:
        received = Request(
            request.header(b"x-internal-key"),
            request.query.decode("latin-1"),
            request.header(b"content-type"),
            b"" if operation.request_schema is None else request.body,
        )
        if self._pipeline.answers_at_once:
            record = self._pipeline.handle(operation, received)
            answer = record.delivery.answer
            connection.write(render_answer(answer, connection.header))
            connection.finish()
            return
        task = self._loop.create_task(
            self._answer_slowly(operation, received, connection)
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer_slowly(
        self, operation: Operation, request: Request, connection: HttpConnection
    ) -> None:
        try:
            record = await self._pipeline.handle_with_faults(operation, request)
            await deliver(record, connection)
        except Exception:
            log.exception("%s failed", operation.id)
            connection.cut()
