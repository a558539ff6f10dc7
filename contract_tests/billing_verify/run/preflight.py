"""The check before the first test that there is money to spend, and that the target takes proper requests about it."""

from __future__ import annotations

from http.client import OK
from typing import TYPE_CHECKING

from billing_verify.amounts import CENT, money, shown
from billing_verify.errors import (
    CannotJudgeError,
    NoResponseError,
    NotTestableError,
    RateLimitedError,
    UnreadableResponseError,
)
from billing_verify.run.access import check_requests, hint_at_address
from billing_verify.run.account_sources import add_up, unit_of

if TYPE_CHECKING:
    from billing_verify.account import TestAccount
    from billing_verify.accounts.sources import Accounts
    from billing_verify.client.billing_client import BillingClient
    from billing_verify.client.exchange import Response
    from billing_verify.config.options import Options


def find_accounts(billing: BillingClient, options: Options) -> Accounts:
    """Return where money to spend comes from, once the target knows an account of it.

    Raises CannotJudgeError where no account can be had, or the target takes no proper request about it.
    """
    try:
        source = add_up(billing, options)
        account = source.funded(CENT * 2)
        debit = check_requests(billing, account)
        if debit is not None and unit_of(options) == CENT:
            source.wrong_cents = _wrong_cents(billing, account, debit)
    except RateLimitedError as error:
        raise CannotJudgeError(f"{billing.target.base}: {error}") from None
    except (NoResponseError, NotTestableError, UnreadableResponseError) as error:
        raise CannotJudgeError(
            f"no money to spend: {error}{hint_at_address(billing)}"
        ) from None
    return source


def _wrong_cents(
    billing: BillingClient, account: TestAccount, debit: Response
) -> str | None:
    """Return what a debit of a cent took where both its answer and a reading say that it was no cent, else None."""
    read = billing.read(account)
    if debit.status != OK or read.status != OK:
        return None
    try:
        told = debit.balance, read.balance
    except UnreadableResponseError:
        return None
    if money(account.opening - CENT) in told:
        return None
    taken = account.opening - read.balance
    return f"a debit of 0.01 took {shown(taken)} units (debit.exact), so that cents cannot be counted here"
