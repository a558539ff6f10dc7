"""Sends a debit completely and closes the connection without reading the answer.

So the answer is lost (clause ref.lost-response).
"""

from __future__ import annotations

import select
import socket
import struct
from typing import TYPE_CHECKING

from billing_verify.client.exchange import Exchange
from billing_verify.client.raw_http import connect, request_bytes
from billing_verify.errors import NoResponseError

if TYPE_CHECKING:
    from billing_verify.account import TestAccount
    from billing_verify.client.billing_client import BillingClient

CLOSED = "closed at once"
RESET = "reset at once"
UNREAD = "reset when the answer has come, unread"
DISCONNECTS = (CLOSED, RESET, UNREAD)
_LINGER_ZERO = struct.pack("ii", 1, 0)


def disconnect(
    billing: BillingClient, account: TestAccount, *, ref: str, how: str
) -> None:
    """Send a debit of one `unit` and never read its answer. `how` is one of DISCONNECTS.

    Raises NoResponseError where it cannot be sent, NotTestableError where the budget forbids it.
    """
    call = billing.call("debitBalance", {**billing.debit_fields(account), "ref": ref})
    reservation = billing.transport.reserve(call)
    seconds = billing.transport.seconds_to_wait()
    billing.forget_balance(account)
    try:
        with connect(billing.target, seconds) as connection:
            connection.sendall(request_bytes(billing.target, call))
            if how == UNREAD:
                select.select([connection], [], [], seconds)
            if how != CLOSED:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    except OSError as error:
        billing.transport.settle(reservation, None)
        raise NoResponseError(f"a debit could not be sent: {error}") from error
    billing.transport.settle(reservation, None)
    billing.transport.trace.exchanges.append(
        Exchange(call, None, f"the suite hung up: {how}")
    )
