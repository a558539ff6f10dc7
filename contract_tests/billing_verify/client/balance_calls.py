"""The two requests whose answers tell a balance and change nothing, for whoever has no test to send them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from billing_contract import load_contract
from billing_verify.amounts import CENT
from billing_verify.client.exchange import Call
from billing_verify.client.keys import right_key

if TYPE_CHECKING:
    from billing_verify.client.target import Target


def reading_call(target: Target, user_id: str) -> Call:
    """Return a reading of this user's balance."""
    query = urlencode({"user_id": user_id})
    url = f"{target.base}{_path('getBalance')}?{query}"
    return Call(method="GET", url=url, key=right_key(target.key))


def check_call(target: Target, user_id: str) -> Call:
    """Return a check of a cent of this user's balance."""
    call = Call(
        method="POST",
        url=f"{target.base}{_path('checkBalance')}",
        key=right_key(target.key),
        headers={"Content-Type": "application/json"},
    )
    return call.with_fields({"user_id": user_id, "units": CENT})


def _path(operation_id: str) -> str:
    return load_contract().operations[operation_id].path
