"""Sends debits completely and closes their connections at many moments without reading an answer.

So the answers are lost (clause ref.lost-response).
"""

from __future__ import annotations

import itertools
import select
import socket
import struct
import time
from typing import TYPE_CHECKING

from billing_verify.client.exchange import Exchange
from billing_verify.client.raw_http import connect, request_bytes
from billing_verify.errors import NoResponseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_verify.account import TestAccount
    from billing_verify.client.billing_client import BillingClient

CLOSED, RESET = "closed", "reset"
DISCONNECTS = (CLOSED, RESET)
MOMENTS = 8
"""At how many moments the suite hangs up, from the last byte sent to the time that an answer takes.

A service notices at a point of its own, and what it does then depends on what it has done before:
one that is cancelled before it commits is right, and the same one cancelled after it may be wrong.
"""
ANSWERED = 3
"""How often it hangs up when the first byte of the answer has come."""
_LINGER_ZERO = struct.pack("ii", 1, 0)


def disconnect_at_many_moments(
    billing: BillingClient, accounts: Sequence[TestAccount], *, how: str
) -> list[tuple[TestAccount, str]]:
    """Send a debit of one `unit` for each of the moments, to the accounts in turn, and hang up then.

    `how` is one of DISCONNECTS. Returns the account and the ref of each debit. Raises
    NoResponseError where one cannot be sent, NotTestableError where the budget forbids it.
    """
    sent: list[tuple[TestAccount, str]] = []
    turns = itertools.cycle(accounts)
    usual = billing.target.timeout
    for number in range(ANSWERED + MOMENTS):
        account, ref = next(turns), billing.new_ref()
        moment = max(number - ANSWERED, 0) + (how == RESET) / 2
        waited = _disconnect(
            billing,
            account,
            ref=ref,
            how=how,
            seconds=usual * moment / MOMENTS
            if number >= ANSWERED
            else billing.target.timeout,
        )
        usual = min(usual, waited) if number < ANSWERED else usual
        sent.append((account, ref))
    return sent


def _disconnect(
    billing: BillingClient,
    account: TestAccount,
    *,
    ref: str,
    how: str,
    seconds: float,
) -> float:
    """Send a debit, and hang up after so many seconds, or earlier when the answer begins to come.

    Returns how many seconds it waited.
    """
    call = billing.call("debitBalance", {**billing.debit_fields(account), "ref": ref})
    reservation = billing.transport.reserve(call)
    limit = billing.transport.seconds_to_wait()
    billing.forget_balance(account)
    try:
        with connect(billing.target, limit) as connection:
            connection.sendall(request_bytes(billing.target, call))
            start = time.monotonic()
            select.select([connection], [], [], min(seconds, limit))
            waited = time.monotonic() - start
            if how == RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    except OSError as error:
        raise NoResponseError(f"a debit could not be sent: {error}") from error
    finally:
        billing.transport.settle(reservation, None)
    billing.transport.trace.add(
        Exchange(
            call,
            None,
            f"the suite {how} the connection after {waited:.4f} s",
            is_lost_on_purpose=True,
        )
    )
    return waited
