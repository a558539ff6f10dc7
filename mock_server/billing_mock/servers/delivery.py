"""Send an answer as its faults demand: whole, late, slowly, half of it, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_mock.faults import SentPart
from billing_mock.servers.http_answer import render_answer, render_head
from billing_mock.steady_clock import seconds

if TYPE_CHECKING:
    from billing_mock.journal.record import Record
    from billing_mock.servers.http_connection import HttpConnection


async def deliver(record: Record, connection: HttpConnection) -> None:
    """Answer the request in progress as its record describes.

    Where the client is seen to close the connection before the whole answer, `record.gave_up` is
    set, and `record.end` is the time when it did.
    """
    delivery = record.delivery
    planned_end = record.end

    def note_hang_up(gave_up: bool) -> None:  # noqa: FBT001  as the connection calls it
        record.gave_up = gave_up
        record.end = min(planned_end, seconds()) if gave_up else planned_end

    if connection.client_left:
        note_hang_up(gave_up=True)
    connection.on_hang_up = note_hang_up
    await _pause(record, delivery.wait_seconds)
    if delivery.sent is SentPart.NOTHING:
        connection.cut(reset=delivery.reset)
    elif delivery.sent is SentPart.PART:
        body = delivery.answer.body
        head = render_head(delivery.answer, connection.header)
        connection.write(head + body[: len(body) // 2])
        connection.cut()
    elif delivery.body_seconds:
        await _send_slowly(record, connection)
    else:
        connection.write(render_answer(delivery.answer, connection.header))
        connection.finish()


async def _send_slowly(record: Record, connection: HttpConnection) -> None:
    body = record.delivery.answer.body
    gap = record.delivery.body_seconds / max(len(body) - 1, 1)
    connection.write(render_head(record.delivery.answer, connection.header))
    for index in range(len(body)):
        if index:
            await _pause(record, gap)
        if not connection.is_open:
            return
        connection.write(body[index : index + 1])
    connection.finish()


async def _pause(record: Record, seconds: float) -> None:
    if seconds and record.wait is not None:
        await record.wait.pause(seconds)
