"""Loses the answer to a debit on purpose: the request leaves whole, and the client hangs up."""

from __future__ import annotations

import select
import socket
import struct
from typing import TYPE_CHECKING

from billing_verify.client.exchange import Exchange
from billing_verify.client.raw_http import connect, request_bytes
from billing_verify.client.transport import NoResponseError

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
    """Send a debit of one unit and never read its answer. Raises NoAnswerError where none can be sent."""
    call = billing.call("debitBalance", {**billing.debit_fields(account), "ref": ref})
    billing.transport.reserve(call)
    billing.forget(account)
    try:
        with connect(billing.target) as connection:
            connection.sendall(request_bytes(billing.target, call))
            if how == UNREAD:
                select.select([connection], [], [], billing.target.timeout)
            if how != CLOSED:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    except OSError as error:
        raise NoResponseError(f"a debit could not be sent: {error}") from error
    billing.transport.trace.exchanges.append(
        Exchange(call, None, f"the suite hung up: {how}")
    )
