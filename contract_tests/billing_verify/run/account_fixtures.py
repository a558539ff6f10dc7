"""The fixtures by which contract tests get accounts: each for one kind of account.

The names are what a plan knows of a test before it runs; see `billing_verify.needs`.
"""

from __future__ import annotations

from decimal import Decimal
from http.client import OK
from typing import TYPE_CHECKING

import pytest

from billing_verify.account import TestAccount
from billing_verify.accounts.drained_accounts import Emptied
from billing_verify.errors import PremiseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_verify.account import Plan
    from billing_verify.accounts.sources import Accounts
    from billing_verify.amounts import Amount
    from billing_verify.client.billing_client import BillingClient
    from billing_verify.config.profiles import Profile

_DEFAULT_DEBITS = 10
_HELD = Decimal(10)


@pytest.fixture
def funded(accounts: Accounts, billing: BillingClient) -> Callable[..., TestAccount]:
    """Return a function: `funded(units="5")` is an account from which this test may spend 5 units.

    Without `units` it is enough for ten debits of the client's own unit.
    """

    def fund(*, units: Amount | None = None) -> TestAccount:
        wanted = billing.unit * _DEFAULT_DEBITS if units is None else Decimal(units)
        return billing.use_account(accounts.funded(wanted))

    return fund


@pytest.fixture
def exact_cents(accounts: Accounts) -> None:
    """Require that a debit of a cent takes a cent, for a test that sees by cents what was charged. Raises PremiseError."""
    if accounts.wrong_cents:
        raise PremiseError(accounts.wrong_cents)


@pytest.fixture
def opened(accounts: Accounts, billing: BillingClient) -> Callable[..., TestAccount]:
    """Return a function: `opened(balance="5")` is an account of the suite's own with exactly 5 units."""

    def open_(*, balance: Amount) -> TestAccount:
        return billing.use_account(accounts.opened(Decimal(balance)))

    return open_


@pytest.fixture
def planned(
    accounts: Accounts, billing: BillingClient
) -> Callable[[Plan], TestAccount]:
    """Return a function: `planned(plan)` is an account that is on this plan, and holds 7.50 units."""

    def plan_(plan: Plan) -> TestAccount:
        return billing.use_account(accounts.planned(Decimal("7.50"), plan))

    return plan_


@pytest.fixture
def pair(
    accounts: Accounts, billing: BillingClient
) -> Callable[..., tuple[TestAccount, TestAccount]]:
    """Return a function: `pair(5, 7)` are accounts of two users, with these balances where they are the suite's own."""

    def both(one: Amount, other: Amount) -> tuple[TestAccount, TestAccount]:
        first, second = accounts.pair(Decimal(one), Decimal(other))
        return billing.use_account(first), billing.use_account(second)

    return both


@pytest.fixture
def similar(
    accounts: Accounts, billing: BillingClient
) -> Callable[[TestAccount], TestAccount]:
    """Return a function: `similar(account)` is a user whose id differs in the last character only."""

    def find(account: TestAccount) -> TestAccount:
        return billing.use_account(accounts.similar(Decimal(7), account))

    return find


@pytest.fixture
def anyone(accounts: Accounts, billing: BillingClient) -> Callable[[], TestAccount]:
    """Return a function: `anyone()` is a user whose account may be ruined, perhaps one nobody has seen."""

    def find() -> TestAccount:
        return billing.use_account(accounts.anyone(Decimal(5)))

    return find


@pytest.fixture
def spare(accounts: Accounts, billing: BillingClient) -> Callable[..., TestAccount]:
    """Return a function: `spare()` is an account that may be emptied; a test spends relative to its opening."""

    def find(*, balance: Amount = _HELD) -> TestAccount:
        return billing.use_account(accounts.spare(Decimal(balance)))

    return find


@pytest.fixture
def halved(spare: Callable[..., TestAccount]) -> Callable[..., TestAccount]:
    """Return what `spare` returns, for a test that takes about half of the balance."""
    return spare


@pytest.fixture
def limited(accounts: Accounts, billing: BillingClient) -> Callable[..., TestAccount]:
    """Return a function: `limited(balance=20)` holds so much and no more, or is an account of the operator."""

    def find(*, balance: Amount, units: Amount) -> TestAccount:
        return billing.use_account(accounts.limited(Decimal(balance), Decimal(units)))

    return find


@pytest.fixture
def contested(
    accounts: Accounts, billing: BillingClient, profile: Profile
) -> Callable[..., Iterator[tuple[TestAccount, Decimal]]]:
    """Return a function: `contested(balance=5, units=3)` yields accounts, one a round, that pay a few of many debits.

    With each come the units of a debit.
    """

    def find(
        *, balance: Amount, units: Amount
    ) -> Iterator[tuple[TestAccount, Decimal]]:
        rounds = accounts.contested(Decimal(balance), Decimal(units), profile.rounds)
        for account, of_a_debit in rounds:
            yield billing.use_account(account), of_a_debit

    return find


@pytest.fixture
def emptied(accounts: Accounts, billing: BillingClient) -> Callable[..., Emptied]:
    """Return a function: `emptied(balance=3)` is an account whose whole balance was debited at once.

    An account of the operator is emptied once in a run; later tests get that one again. Raises
    PremiseError there, unless the test asks with `as_answered` for whatever the answer was.
    """

    def empty_(*, balance: Amount, as_answered: bool = False) -> Emptied:
        found = accounts.drained.emptied if accounts.drained else None
        if found is None:
            found = _empty(accounts.to_empty(Decimal(balance)), billing)
            if accounts.own is None and accounts.drained:
                accounts.drained.emptied = found
        else:
            billing.use_account(TestAccount(found.account.user_id, Decimal(0)))
            billing.transport.trace.add(found.exchange)
        if not as_answered and found.response.status != OK:
            raise PremiseError(
                f"the whole balance of {found.account.user_id} should have been debited: "
                f"{found.response.status} {found.response.shown_body}"
            )
        return found

    return empty_


@pytest.fixture
def empty(accounts: Accounts, billing: BillingClient) -> Callable[[], TestAccount]:
    """Return a function: `empty()` is an account that holds nothing, perhaps one nobody has seen."""

    def find() -> TestAccount:
        return billing.use_account(accounts.empty())

    return find


def _empty(account: TestAccount, billing: BillingClient) -> Emptied:
    billing.use_account(account)
    ref = billing.new_ref()
    response = billing.debit(account, units=account.opening, ref=ref)
    return Emptied(account, ref, billing.transport.trace.exchanges[-1], response)
