"""Where money comes from, found before the first test."""

from __future__ import annotations

from decimal import Decimal
from http.client import OK
from typing import TYPE_CHECKING

from billing_verify.account import AccountSource, TestAccount
from billing_verify.accounts.hooks import (
    CallableOpener,
    CommandOpener,
    HookAccounts,
    UrlOpener,
)
from billing_verify.accounts.mock_accounts import MockAccounts
from billing_verify.accounts.named_accounts import NamedAccounts
from billing_verify.amounts import CENT
from billing_verify.errors import (
    CannotJudgeError,
    NoResponseError,
    NotTestableError,
    UnreadableResponseError,
)
from billing_verify.run.access import check_requests, hint_at_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_verify.client.billing_client import BillingClient
    from billing_verify.config.options import Options


def find_accounts(billing: BillingClient, options: Options) -> AccountSource:
    """Return where money to spend comes from, once the target knows an account of it.

    Raises CannotJudgeError where no account can be had, or the target takes no proper request about it.
    """
    try:
        source = _source(billing, options)
        check_requests(billing, source.funded(CENT * 2))
    except (NoResponseError, NotTestableError, UnreadableResponseError) as error:
        raise CannotJudgeError(
            f"no money to spend: {error}{hint_at_address(billing)}"
        ) from None
    return source


def _source(billing: BillingClient, options: Options) -> AccountSource:
    if options.accounts:
        return _named_accounts(billing, options.accounts)
    if options.account_url:
        return HookAccounts(UrlOpener(options.account_url))
    if options.account_command:
        return HookAccounts(CommandOpener(options.account_command, key=options.key))
    if options.account_callable:
        return HookAccounts(CallableOpener(options.account_callable))
    found = MockAccounts.find(billing.target)
    if found is None:
        raise NotTestableError(
            "name a funded account of this deployment with --account USER_ID (repeatable), or a hook that opens "
            "accounts with --account-url, --account-command or --account-callable"
        )
    return found


def _named_accounts(billing: BillingClient, named: Sequence[str]) -> NamedAccounts:
    for user_id in named:
        billing.transport.budget.count_account(user_id)
    billing.transport.read_balances(named)

    def read_balance(user_id: str) -> Decimal:
        response = billing.read(TestAccount(user_id, Decimal(0)))
        if response.status != OK:
            raise NotTestableError(
                f"the balance of {user_id} cannot be read: {response.status} {response.shown_body}"
            )
        return response.balance

    return NamedAccounts(named, read_balance=read_balance)
