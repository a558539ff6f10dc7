"""What a user holds, also one whom the service may not know."""

from __future__ import annotations

from http.client import OK
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from billing_verify.account import TestAccount
    from billing_verify.client.billing_client import BillingClient


def holding(billing: BillingClient, account: TestAccount) -> Decimal | None:
    """Return what a reading tells of the account, in units, None where it is refused.

    Raises UnreadableResponseError where it is answered 200 without a balance.
    """
    read = billing.read(account)
    return read.balance if read.status == OK else None
