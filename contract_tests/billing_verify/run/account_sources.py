"""Makes the accounts of a run from the sources that were asked for, and finds out what each can do."""

from __future__ import annotations

import re
from decimal import Decimal
from http.client import OK
from typing import TYPE_CHECKING

from billing_verify.account import TestAccount
from billing_verify.accounts.credited_accounts import CreditOpener
from billing_verify.accounts.drained_accounts import DrainedAccounts
from billing_verify.accounts.hooks import (
    CallableOpener,
    CommandOpener,
    HookAccounts,
    UrlOpener,
)
from billing_verify.accounts.mock_accounts import MockAccounts
from billing_verify.accounts.named_accounts import NamedAccounts
from billing_verify.accounts.sources import Accounts
from billing_verify.amounts import CENT, money
from billing_verify.errors import NotTestableError, UnreadableResponseError
from billing_verify.run.hook_trial import try_out

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from billing_verify.account import AccountSource
    from billing_verify.accounts.hooks import Opener
    from billing_verify.client.billing_client import BillingClient
    from billing_verify.client.exchange import Response
    from billing_verify.config.options import Options

_NUMBER_FOR_PEOPLE = re.compile(
    r"(\d{1,3}(,\d{3})+|\d+)(\.\d+)?([eE][+-]?\d+)?", re.ASCII
)


def add_up(billing: BillingClient, options: Options) -> Accounts:
    """Return the accounts of all sources that the options name; without any, those of a mock.

    Notes what a source cannot do. Raises NotTestableError where a source gives nothing at all.
    """
    read_balance = _reader(billing)
    named, drained = options.accounts, options.account_drain
    accounts = Accounts(
        billing,
        own=_own(billing, options),
        named=NamedAccounts(named, read_balance=read_balance) if named else None,
        drained=DrainedAccounts(drained, read_balance=read_balance)
        if drained
        else None,
    )
    if accounts.own is None:
        accounts.notes.append(
            "Amounts are tested at the balances that the named accounts hold; a service that is wrong only at others, "
            "such as 12,345.67, is found where the suite opens accounts."
        )
    accounts.plan_id = options.plan_id if options.provisional else None
    _look_at_named(billing, named)
    if accounts.drained:
        accounts.drained.look_at()
    if isinstance(accounts.own, HookAccounts):
        accounts.no_plan = try_out(billing, accounts.own, options)
        if accounts.no_plan:
            accounts.notes.append(f"No plan is tested: {accounts.no_plan}.")
    return accounts


def unit_of(options: Options) -> Decimal:
    """Return what a debit takes where its amount does not matter: a cent of the operator's accounts, else a unit."""
    cents = options.accounts or (options.account_drain and not options.opens_accounts)
    return CENT if cents else Decimal(1)


def _own(billing: BillingClient, options: Options) -> AccountSource | None:
    opener = _opener(billing, options)
    if opener is not None:
        return HookAccounts(opener)
    if options.accounts or options.account_drain:
        return None
    found = MockAccounts.find(billing.target)
    if found is None:
        raise NotTestableError(
            "name a funded account of this deployment with --account USER_ID (repeatable), one that may be emptied "
            "with --account-drain USER_ID, or let the suite open accounts: --account-url, --account-command, "
            "--account-callable, or --account-credit where the deployment has POST /internal/billing/credit"
        )
    return found


def _opener(billing: BillingClient, options: Options) -> Opener | None:
    limit = billing.transport.time_limit
    if options.account_url:
        return UrlOpener(options.account_url, limit)
    if options.account_command:
        return CommandOpener(options.account_command, time_limit=limit)
    if options.account_callable:
        return CallableOpener(options.account_callable, limit)
    return CreditOpener(billing) if options.account_credit else None


def _look_at_named(billing: BillingClient, named: Sequence[str]) -> None:
    """Let the budget know what the named accounts hold, before and after a check of a cent.

    So a service whose checks charge is known before a large one is sent.
    """
    for user_id in named:
        billing.transport.budget.count_account(user_id)
    billing.transport.read_balances(named)
    for user_id in named:
        billing.check(TestAccount(user_id, Decimal(0)), units=CENT)
    billing.transport.read_balances(named)


def _without_lag(
    billing: BillingClient, account: TestAccount, reading: Decimal
) -> Decimal:
    """Return what the account holds: the reading, or what a debit of a cent shows where an earlier test's debit said otherwise.

    A reading may come from a stale copy of the ledger, which must not look like a fault of the next test.
    """
    answered = billing.transport.budget.answered.get(account.user_id)
    if answered is None or reading == money(answered):
        return reading
    probe = billing.debit(account, units=CENT)
    if probe.status != OK:
        return reading
    left = probe.balance
    return reading - CENT if left in (money(reading), money(reading - CENT)) else left


def _number_in_text(response: Response) -> Decimal:
    """Return a balance that is told as text, such as "1,742.00", so that tests can judge it.

    Raises UnreadableResponseError where it is no number for people either.
    """
    told = response.json.get("balance") if isinstance(response.json, dict) else None
    if not isinstance(told, str) or not _NUMBER_FOR_PEOPLE.fullmatch(told):
        raise UnreadableResponseError(
            f"the answer {response.status} has no proper field balance: {response.shown_body}"
        )
    return Decimal(told.replace(",", ""))


def _reader(billing: BillingClient) -> Callable[[str], Decimal]:
    def read_balance(user_id: str) -> Decimal:
        account = TestAccount(user_id, Decimal(0))
        response = billing.read(account)
        if response.status != OK:
            raise NotTestableError(
                f"the balance of {user_id} cannot be read: {response.status} {response.shown_body}"
            )
        try:
            return _without_lag(billing, account, response.balance)
        except UnreadableResponseError:
            # A check has the balance too, so that the tests of readings can judge this one.
            check = billing.check(account, units=CENT)
        try:
            return check.balance
        except UnreadableResponseError:
            return _number_in_text(check)

    return read_balance
