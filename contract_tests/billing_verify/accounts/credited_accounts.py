"""Accounts that the deployment's own credit operation opens, on user ids of the suite."""

from __future__ import annotations

from decimal import Decimal
from http.client import OK
from typing import TYPE_CHECKING

from billing_verify.account import TestAccount
from billing_verify.amounts import CENT
from billing_verify.errors import NotTestableError

if TYPE_CHECKING:
    from billing_verify.account import Plan
    from billing_verify.client.billing_client import BillingClient

NO_PLAN = "a credit gives an account no plan; a hook can: --account-url, --account-command, --account-callable"


class CreditOpener:
    """An opener that credits a new user by POST /internal/billing/credit, which is provisional."""

    def __init__(self, billing: BillingClient) -> None:
        self.description = "accounts opened by POST /internal/billing/credit"
        self._billing = billing

    def open(self, user_id: str, balance: Decimal, plan: Plan | None) -> None:
        """Raise the new user's balance by a credit. Raises NotTestableError where the answer is not 200, and for a plan.

        For a balance of 0, a cent is credited and debited again, so that the service knows the user.
        """
        if plan is not None:
            raise NotTestableError(NO_PLAN)
        account = TestAccount(user_id, Decimal(0))
        credited = self._billing.request(
            "creditBalance",
            self._billing.debit_fields(account, units=max(balance, CENT)),
        )
        if credited.status != OK:
            raise NotTestableError(
                f"--account-credit opened no account: POST /internal/billing/credit answered {credited.status} {credited.shown_body}"
            )
        if balance < CENT:
            self._billing.debit(account, units=CENT)
