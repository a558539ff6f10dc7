"""Finds out, before any test, that the target can be judged at all."""

from __future__ import annotations

from decimal import Decimal
from http.client import NOT_FOUND, OK, UNAUTHORIZED
from typing import TYPE_CHECKING
from uuid import uuid4

from billing_verify.account import Account, AccountSource
from billing_verify.clauses import NotTestableError
from billing_verify.accounts.mock_accounts import ControlPlane
from billing_verify.client.exchange import UnreadableAnswerError
from billing_verify.accounts.hooks import (
    CallableOpener,
    CommandOpener,
    OpenedAccounts,
    UrlOpener,
)
from billing_verify.accounts.named_accounts import Pool
from billing_verify.client.target import KEY_VARIABLE
from billing_verify.client.transport import NoAnswerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_verify.client.billing_client import BillingClient
    from billing_verify.client.exchange import Answer
    from billing_verify.config.options import Options

_SPEAKS = {200, 401, 403, 404, 422, 500}


class CannotJudgeError(Exception):
    """No verdict is possible; the message says why and what to do."""


def let_in(billing: BillingClient) -> float:
    """Make sure that the target is there, speaks the contract's language and takes the key.

    Returns how many seconds it took to answer.
    """
    url = billing.target.base
    try:
        answers = _asked_about(_stranger(), billing)
    except NoAnswerError as error:
        raise CannotJudgeError(
            f"{error}. Is the service running, and is {url} its address?"
        ) from None
    if all(answer.status == UNAUTHORIZED for answer in answers):
        raise CannotJudgeError(
            f"{url} refuses the key (401); set {KEY_VARIABLE} to the key of this deployment"
        )
    if not any(_speaks(answer) for answer in answers):
        told = " and ".join(
            f"{answer.status} {answer.content_type or 'without a content type'}"
            for answer in answers
        )
        raise CannotJudgeError(
            f"{url} does not look like a billing service: balance and check answered {told}"
        )
    return min(answer.end - answer.start for answer in answers)


def find_accounts(billing: BillingClient, options: Options) -> AccountSource:
    """Find money to spend, and make sure that the target knows the account."""
    try:
        source = _source(billing, options)
        account = source.funded(Decimal("0.01"))
        answers = _asked_about(account, billing)
    except (NoAnswerError, NotTestableError, UnreadableAnswerError) as error:
        raise CannotJudgeError(f"no money to spend: {error}{_doubt(billing)}") from None
    if all(answer.status == NOT_FOUND for answer in answers):
        raise CannotJudgeError(
            f"{billing.target.base} answers 404 for the account {account.user_id}: "
            "either it is no billing service, or it does not know this account"
        )
    return source


def _stranger() -> Account:
    return Account(str(uuid4()), Decimal(0))


def _asked_about(account: Account, billing: BillingClient) -> list[Answer]:
    return [billing.read(account), billing.check(account, units="0.01")]


def _doubt(billing: BillingClient) -> str:
    """A word about the address, where nothing that was asked there was known."""
    try:
        answers = _asked_about(_stranger(), billing)
    except NoAnswerError:
        return ""
    if any(answer.status != NOT_FOUND for answer in answers):
        return ""
    return f". Balance and check answer 404: either {billing.target.base} is not the service's own address, or it knows no such user"


def _source(billing: BillingClient, options: Options) -> AccountSource:
    if options.accounts:
        return _pool(billing, options.accounts)
    if options.account_url:
        return OpenedAccounts(UrlOpener(options.account_url))
    if options.account_command:
        return OpenedAccounts(CommandOpener(options.account_command))
    if options.account_callable:
        return OpenedAccounts(CallableOpener(options.account_callable))
    found = ControlPlane.find(billing.target)
    if found is None:
        raise NotTestableError(
            "name a funded account of this deployment with --account USER_ID (repeatable), or a hook that opens "
            "accounts with --account-url, --account-command or --account-callable"
        )
    return found


def _pool(billing: BillingClient, named: Sequence[str]) -> Pool:
    for user_id in named:
        billing.transport.budget.guard(user_id)

    def read_balance(user_id: str) -> Decimal:
        answer = billing.read(Account(user_id, Decimal(0)))
        if answer.status != OK:
            raise NotTestableError(
                f"the balance of {user_id} cannot be read: {answer.status} {answer.shown_body}"
            )
        return answer.balance

    return Pool(named, read_balance=read_balance)


def _speaks(answer: Answer) -> bool:
    try:
        return answer.status in _SPEAKS and isinstance(answer.json, dict)
    except UnreadableAnswerError:
        return False
