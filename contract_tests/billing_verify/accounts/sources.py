"""All the money of a run: the sources that the operator gave, added up.

An exact balance comes from accounts that the suite opens (a hook, a credit, the mock's control
plane), what empties an account from those or from one that may be emptied, and the rest from named
ones.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from http.client import OK
from typing import TYPE_CHECKING

from billing_verify.account import TestAccount, new_user_id
from billing_verify.amounts import CENT, just_over_half, shown
from billing_verify.errors import (
    NoResponseError,
    NotTestableError,
    UnreadableResponseError,
)
from billing_verify.needs import (
    NEEDS_A_SECOND,
    NEEDS_EMPTIED,
    NEEDS_EQUALS,
    NEEDS_OWN,
    NEEDS_PLAN,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_verify.account import AccountSource, Plan
    from billing_verify.accounts.drained_accounts import DrainedAccounts
    from billing_verify.accounts.named_accounts import NamedAccounts
    from billing_verify.client.billing_client import BillingClient


EQUALIZING = Decimal(1)
"""The most, in units, that is debited so that two accounts of the operator hold the same."""


class Accounts:
    """The accounts of a run. `own` opens new ones, `named` and `drained` are the operator's; each may be None.

    `plan_id` is the plan that plan/apply may put such accounts on, None where it is not to be used.
    `no_plan` is why accounts of `own` get no plan, None where they do. `wrong_cents` is what a debit of
    a cent took of an account of the operator where that was no cent, None elsewhere. `notes` are
    sentences on what the sources cannot do. Every method that returns
    accounts raises NotTestableError where there is none, with the remedy.
    """

    def __init__(
        self,
        billing: BillingClient,
        *,
        own: AccountSource | None = None,
        named: NamedAccounts | None = None,
        drained: DrainedAccounts | None = None,
    ) -> None:
        self.own = own
        self.drained = drained
        self.plan_id: str | None = None
        self.no_plan: str | None = None
        self.wrong_cents: str | None = None
        self.notes: list[str] = []
        self._billing = billing
        self._named = named
        self._funding = named or own or drained
        found = [each for each in (named, drained, own) if each is not None]
        self.description = "; ".join(each.description for each in found)

    def closing_notes(self) -> list[str]:
        """Return a sentence on what was taken from accounts that may be emptied; none where there are none."""
        if self.drained is None:
            return []
        try:
            taken = self.drained.taken()
        except (NotTestableError, NoResponseError, UnreadableResponseError):
            return ["What accounts that may be emptied hold now could not be read."]
        users = ", ".join(self.drained.user_ids)
        if taken < 0:  # --provisional credits them
            return [
                f"{shown(-taken)} units more than before are on accounts that may be emptied ({users})."
            ]
        return [
            f"{shown(taken)} units were taken from accounts that may be emptied ({users})."
        ]

    def funded(self, units: Decimal) -> TestAccount:
        """Return an account from which a test may spend these units."""
        if self._funding is None:
            raise NotTestableError(NEEDS_OWN)
        return self._funding.funded(units)

    def opened(self, balance: Decimal, plan: Plan | None = None) -> TestAccount:
        """Return an account of the suite's own that holds exactly this balance, in units."""
        if self.own is None:
            raise NotTestableError(NEEDS_OWN)
        return self.own.opened(balance, plan=plan)

    def planned(self, balance: Decimal, plan: Plan) -> TestAccount:
        """Return an account of the suite's own that is on this plan, or one that is on any.

        That is one of the operator's that tells a plan, or one that the service's plan/apply has put on one.
        """
        if self.own and not self.no_plan:
            account = self.own.opened(balance, plan=plan)
            return replace(account, plan_code=plan["plan_code"])
        found = self._telling_a_plan() or self._put_on_a_plan(balance)
        if found is None:
            raise NotTestableError(self.no_plan or NEEDS_PLAN)
        return found

    def _telling_a_plan(self) -> TestAccount | None:
        for source in (self._named, self.drained):
            for user_id in source.user_ids if source else ():
                read = self._billing.read(TestAccount(user_id, Decimal(0)))
                if read.status == OK and read.tells_a_plan:
                    return TestAccount(user_id, read.balance)
        return None

    def _put_on_a_plan(self, balance: Decimal) -> TestAccount | None:
        if self.plan_id is None or not (self.own or self.drained):
            return None
        account = self.spare(balance)
        fields = {"user_id": account.user_id, "plan_id": self.plan_id}
        applied = self._billing.request("applyPlan", fields)
        return account if applied.status == OK else None

    def pair(self, one: Decimal, other: Decimal) -> tuple[TestAccount, TestAccount]:
        """Return two accounts of different users that hold these units, or others where they are the operator's.

        Where the units are the same, both hold the same.
        """
        if self.own:
            return self.own.opened(one), self.own.opened(other)
        accounts = self.funded(CENT), self.funded(CENT)
        if accounts[0].user_id == accounts[1].user_id:
            raise NotTestableError(NEEDS_A_SECOND)
        return self._made_equal(*accounts) if one == other else accounts

    def _made_equal(
        self, one: TestAccount, other: TestAccount
    ) -> tuple[TestAccount, TestAccount]:
        """Debit the fuller of two accounts so that both hold the same, where no more than EQUALIZING lies between."""
        richer, poorer = sorted((one, other), key=lambda each: -each.opening)
        difference = richer.opening - poorer.opening
        if difference > EQUALIZING:
            raise NotTestableError(NEEDS_EQUALS)
        if difference:
            self._billing.use_account(richer)
            self._billing.debit_ok(richer, units=difference)
        return TestAccount(richer.user_id, poorer.opening), poorer

    def similar(self, balance: Decimal, account: TestAccount) -> TestAccount:
        """Return a user whose id differs in the last character: an account with this balance, or one nobody has seen."""
        if self.own:
            return self.own.opened(balance, similar_to=account)
        return self._stranger(account)

    def anyone(self, balance: Decimal) -> TestAccount:
        """Return a user whose account may be ruined: one with this balance, one to be emptied, or one nobody has seen."""
        if self.own:
            return self.own.opened(balance)
        return self.drained.fullest(CENT) if self.drained else self._stranger()

    def spare(self, balance: Decimal) -> TestAccount:
        """Return an account that may be emptied, with this balance where it is the suite's own."""
        if self.own:
            return self.own.opened(balance)
        if self.drained:
            return self.drained.fullest(CENT * 3)
        raise NotTestableError(NEEDS_EMPTIED)

    def limited(self, balance: Decimal, units: Decimal) -> TestAccount:
        """Return an account with exactly this balance, or else one from which a test may spend `units`."""
        return self.own.opened(balance) if self.own else self.funded(units)

    def contested(
        self, balance: Decimal, units: Decimal, rounds: int
    ) -> Iterator[tuple[TestAccount, Decimal]]:
        """Yield accounts that pay only some of several debits, with the units of each debit.

        An account that may be emptied pays one of them, as often as its money allows.
        """
        if self.own:
            for _ in range(rounds):
                yield self.own.opened(balance), units
        elif self.drained:
            for _ in range(min(rounds, self.drained.rounds())):
                account = self.drained.fullest(CENT * 2)
                yield account, just_over_half(account.opening)
        else:
            raise NotTestableError(NEEDS_EMPTIED)

    def to_empty(self, balance: Decimal) -> TestAccount:
        """Return an account whose whole balance is to be debited."""
        if self.own:
            return self.own.opened(balance)
        if self.drained:
            return self.drained.emptiest()
        raise NotTestableError(NEEDS_EMPTIED)

    def empty(self) -> TestAccount:
        """Return an account that holds nothing: one of the suite's own, an emptied one, or one nobody has seen."""
        if self.own:
            return self.own.opened(Decimal(0))
        emptied = self.drained.emptied if self.drained else None
        if emptied and self._holds_nothing(emptied.account):
            return TestAccount(emptied.account.user_id, Decimal(0))
        stranger = self._stranger()
        if not self._holds_nothing(stranger):
            raise NotTestableError(NEEDS_EMPTIED)
        return stranger

    def _holds_nothing(self, account: TestAccount) -> bool:
        """Return whether a reading tells of no unit: 0, or nothing that is a number."""
        read = self._billing.read(account)
        try:
            return read.status == OK and not read.balance
        except UnreadableResponseError:
            return True

    def _stranger(self, similar_to: TestAccount | None = None) -> TestAccount:
        """Return a user whom nobody has seen, with the balance that the service tells of it, 0 for none."""
        user = TestAccount(new_user_id(similar_to), Decimal(0))
        read = self._billing.read(user)
        try:
            return TestAccount(
                user.user_id, read.balance if read.status == OK else Decimal(0)
            )
        except UnreadableResponseError:
            return user
