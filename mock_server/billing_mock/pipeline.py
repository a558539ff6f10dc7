"""The way of a request through the mock, whatever the transport: faults around the API, then the journal."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from billing_mock.api.refusals import RefusedError, refusal_of_status
from billing_mock.faults import Delivery, Fault, FaultBook, Trigger
from billing_mock.journal.journal import Journal
from billing_mock.journal.record import Record
from billing_mock.steady_clock import seconds

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from billing_contract import Operation
    from billing_mock.api.answer import Answer
    from billing_mock.api.billing_api import BillingApi
    from billing_mock.api.request import Request


class Pipeline:
    """One API with its faults and its journal. Threads may share it.

    `observers` are called with each record once it is in the journal, and with the key of its
    request, which the record does not hold.
    """

    def __init__(
        self,
        api: BillingApi,
        *,
        faults: Iterable[tuple[Fault, Trigger]] = (),
        clock: Callable[[], float],
    ) -> None:
        self._api = api
        self._clock = clock
        self.faults = FaultBook(faults, refuse=self._refuse)
        self.journal = Journal()
        self.observers: list[Callable[[Record, str | None], None]] = []

    @property
    def answers_at_once(self) -> bool:
        """Return whether no call waits for anything, so that `handle` can be used on a loop."""
        return not self.faults.live

    def handle(self, operation: Operation, request: Request) -> Record:
        """Answer a documented operation and append it to the journal. Blocks while a fault lets the call wait.

        The record that is returned holds what to send, and how. It is not appended where a reset
        came while a fault let the request wait.
        """
        if not self.answers_at_once:
            return asyncio.run(self.handle_with_faults(operation, request))
        begun = self._clock(), seconds()
        answer = self._api.answer(operation.id, request)
        record = _record(begun, operation, request, Delivery(answer, answer))
        self._keep(record, request.key)
        return record

    async def handle_with_faults(
        self,
        operation: Operation,
        request: Request,
        ask: Callable[[], Awaitable[Answer]] | None = None,
    ) -> Record:
        """Do as `handle` does, and let the loop go on while a fault lets the call wait.

        `await ask()` is asked for the answer in place of the API.
        """

        async def ask_api() -> Answer:
            return self._api.answer(operation.id, request)

        begun = self._clock(), seconds()
        delivery, acted, wait = await self.faults.around(
            operation.short_name, request.fields.user_id, ask or ask_api
        )
        record = _record(begun, operation, request, delivery)
        record.faults, record.wait = acted, wait
        if not wait.is_ended:  # else a reset has come between
            self._keep(record, request.key)
        return record

    def reject(
        self, method: str, path: str, query: str, refused: RefusedError
    ) -> Answer:
        """Refuse a request that meets no operation, append it to the journal, and return the answer."""
        answer = self._api.refuse(refused)
        self.record(method, path, query, answer)
        return answer

    def record(  # noqa: PLR0917  the parts of a request line, and its answer
        self,
        method: str,
        path: str,
        query: str,
        answer: Answer,
        key: str | None = None,
    ) -> Record:
        """Append a request that meets no operation, and its answer, to the journal, and return the record."""
        at, now = self._clock(), seconds()
        delivery = Delivery(answer, answer)
        record = Record(at, now, now, None, method, path, query, b"", delivery)
        self._keep(record, key)
        return record

    def reset(self, user_id: str | None = None) -> None:
        """Drop the records, and set the faults back to the start: all of them, or those of one user."""
        self.faults.reset(user_id)
        self.journal.reset(user_id)

    def _keep(self, record: Record, key: str | None) -> None:
        self.journal.append(record)
        for observe in self.observers:
            observe(record, key)

    def _refuse(self, status: int, detail: str) -> Answer:
        return self._api.refuse(RefusedError(refusal_of_status(status), detail))


def _record(
    begun: tuple[float, float],
    operation: Operation,
    request: Request,
    delivery: Delivery,
) -> Record:
    at, start = begun
    return Record(
        at,
        start,
        seconds() + delivery.wait_seconds + delivery.body_seconds,
        operation.short_name,
        operation.method,
        operation.path,
        request.query,
        request.body,
        delivery,
        parsed=request.parsed_part(),
    )
