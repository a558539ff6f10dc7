"""The oldest debit of an account in this run, to find out whether its ref is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_verify.client.budget import OldestDebit

if TYPE_CHECKING:
    from billing_verify.account import TestAccount
    from billing_verify.client.billing_client import BillingClient


def oldest_debit(billing: BillingClient, account: TestAccount) -> OldestDebit:
    """Return the oldest debit of an account of the operator, or make one. Raises PremiseError unless it succeeds."""
    known = billing.transport.budget.oldest_debit(account.user_id)
    if known is not None:
        return known
    ref = billing.new_ref()
    billing.debit_ok(account, ref=ref)
    return OldestDebit(ref)
