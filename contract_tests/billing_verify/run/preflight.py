"""Checks before the first test: the target answers as a billing service does, and there is money to spend."""

from __future__ import annotations

from decimal import Decimal
from http.client import NOT_FOUND, OK, UNAUTHORIZED
from typing import TYPE_CHECKING
from uuid import uuid4

from billing_verify.account import AccountSource, TestAccount
from billing_verify.accounts.hooks import (
    CallableOpener,
    CommandOpener,
    HookAccounts,
    UrlOpener,
)
from billing_verify.accounts.mock_accounts import MockAccounts
from billing_verify.accounts.named_accounts import NamedAccounts
from billing_verify.client.keys import KEY_VARIABLE
from billing_verify.errors import (
    CannotJudgeError,
    NoResponseError,
    NotTestableError,
    UnreadableResponseError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_verify.client.billing_client import BillingClient
    from billing_verify.client.exchange import Response
    from billing_verify.config.options import Options

_OWN_STATUSES = {200, 401, 403, 404, 422, 500}


def check_access(billing: BillingClient) -> float:
    """Check that the target answers, looks like a billing service and accepts the key.

    Returns how many seconds it took to answer. Raises CannotJudgeError.
    """
    url = billing.target.base
    try:
        responses = _look_at(_unknown_account(), billing)
    except NoResponseError as error:
        raise CannotJudgeError(
            f"{error}. Is the service running, and is {url} its address?"
        ) from None
    if all(response.status == UNAUTHORIZED for response in responses):
        raise CannotJudgeError(
            f"{url} refuses the key (401); set {KEY_VARIABLE} to the key of this deployment"
        )
    if not any(_looks_like_billing(response) for response in responses):
        answers = " and ".join(
            f"{response.status} {response.content_type or 'without a content type'}"
            for response in responses
        )
        raise CannotJudgeError(
            f"{url} does not look like a billing service: balance and check answered {answers}"
        )
    return min(response.end - response.start for response in responses)


def find_accounts(billing: BillingClient, options: Options) -> AccountSource:
    """Return where money to spend comes from, once the target knows an account of it.

    Raises CannotJudgeError where no account can be had, or the target answers 404 for it.
    """
    try:
        source = _source(billing, options)
        account = source.funded(Decimal("0.01"))
        responses = _look_at(account, billing)
    except (NoResponseError, NotTestableError, UnreadableResponseError) as error:
        raise CannotJudgeError(
            f"no money to spend: {error}{_hint_at_address(billing)}"
        ) from None
    if all(response.status == NOT_FOUND for response in responses):
        raise CannotJudgeError(
            f"{billing.target.base} answers 404 for the account {account.user_id}: "
            "either it is no billing service, or it does not know this account"
        )
    return source


def _unknown_account() -> TestAccount:
    return TestAccount(str(uuid4()), Decimal(0))


def _look_at(account: TestAccount, billing: BillingClient) -> list[Response]:
    return [billing.read(account), billing.check(account, units="0.01")]


def _hint_at_address(billing: BillingClient) -> str:
    """Return a sentence on the URL where even check and balance answer 404, empty otherwise."""
    try:
        responses = _look_at(_unknown_account(), billing)
    except NoResponseError:
        return ""
    if any(response.status != NOT_FOUND for response in responses):
        return ""
    return f". Balance and check answer 404: either {billing.target.base} is not the service's own address, or it knows no such user"


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


def _looks_like_billing(response: Response) -> bool:
    try:
        return response.status in _OWN_STATUSES and isinstance(response.json, dict)
    except UnreadableResponseError:
        return False
