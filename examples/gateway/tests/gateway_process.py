"""A gateway in a process of its own: `gateway_process.py OUTBOX MOMENT` dies at that moment, or recovers."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import httpx

from billing import BillingClient, Outbox, PaidWork, Retry, Settings
from scenarios import Gateway

DIED = 9


class DyingTransport(httpx.AsyncHTTPTransport):
    """Ends the process before a debit leaves, or when its answer comes."""

    def __init__(self, moment: str) -> None:
        super().__init__()
        self._moment = moment

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request, if there is time for it."""
        is_debit = request.url.path.endswith("/debit")
        if is_debit and self._moment == "before the debit":
            os._exit(DIED)
        response = await super().handle_async_request(request)
        if is_debit and self._moment == "after the debit":
            os._exit(DIED)
        return response


async def main(outbox_path: Path, moment: str) -> None:
    """Send one message, or recover."""

    async def reply(_user_id: str, _message: str) -> str:
        if moment == "in the work":
            os._exit(DIED)
        return "worked"

    async def wait_to_be_killed(_seconds: float) -> None:
        sys.stdout.write("in a pause\n")
        sys.stdout.flush()
        await asyncio.Event().wait()

    settings = Settings.from_environment()
    retry = Retry(pause=wait_to_be_killed)
    client = BillingClient(settings, retry=retry, transport=DyingTransport(moment))
    with Outbox(outbox_path) as outbox:
        async with client as billing:
            paid_work = PaidWork(billing, outbox)
            gateway = Gateway(
                paid_work=paid_work,
                process_chat_message=reply,
                process_template_generation=reply,
            )
            if moment == "recover":
                await paid_work.recover()
            else:
                await gateway.send_chat_message("anna", "hello")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
