"""What a mock answers on a loop: the documented operations itself, everything else through Flask."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from billing_mock.api.answer import JSON, Answer
from billing_mock.api.refusals import RefusedError, refusal_of_bytes
from billing_mock.api.request import Request
from billing_mock.servers.delivery import deliver
from billing_mock.servers.flask_bridge import FlaskBridge
from billing_mock.servers.forwarding import Forwarding, mask_key
from billing_mock.servers.http_answer import render_answer
from billing_mock.web.app import create_app
from billing_mock.web.routes import Routes

if TYPE_CHECKING:
    from collections.abc import Coroutine

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
        upstream = service.settings.upstream
        self._forwarding = Forwarding(upstream, service.contract) if upstream else None
        self._tasks: set[asyncio.Task[None]] = set()
        self._operations = {
            (method.encode(), path.encode()): operation
            for (method, path), operation in Routes(service).operations.items()
        }

    def start(self, request: HttpRequest, connection: HttpConnection) -> None:
        """Begin to answer a request. The path must be an operation's byte by byte."""
        operation = self._operations.get((request.method, request.path))
        if self._forwarding is not None and self._forwarding.takes(request.path):
            self._start_task(
                self._forward(self._forwarding, operation, request, connection)
            )
        elif operation is not None:
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
        received = _request_of(request, operation)
        if self._pipeline.answers_at_once:
            record = self._pipeline.handle(operation, received)
            answer = record.delivery.answer
            connection.write(render_answer(answer, connection.header))
            connection.finish()
            return
        self._start_task(self._answer_slowly(operation, received, connection))

    def _start_task(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
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

    async def _forward(
        self,
        forwarding: Forwarding,
        operation: Operation | None,
        sent: HttpRequest,
        connection: HttpConnection,
    ) -> None:
        received = _request_of(sent, operation)
        ask = partial(forwarding.ask, sent, operation, received)
        try:
            if operation is None:
                answer = await ask()
                record = self._pipeline.record(
                    sent.method.decode("latin-1"),
                    sent.path.decode("latin-1"),
                    received.query,
                    answer,
                    received.key,
                )
                has_body = sent.method != b"HEAD"
                connection.write(
                    render_answer(answer, connection.header, has_body=has_body)
                )
                connection.finish()
            else:
                record = await self._pipeline.handle_with_faults(
                    operation, received, ask
                )
                await deliver(record, connection)
            mask_key(record, received.key)
        except Exception:
            log.exception("a request to the deployment failed")
            connection.cut()


def _request_of(sent: HttpRequest, operation: Operation | None) -> Request:
    has_body = operation is not None and operation.request_schema is not None
    return Request(
        sent.header(b"x-internal-key"),
        sent.query.decode("latin-1"),
        sent.header(b"content-type"),
        sent.body if has_body else b"",
    )
