"""Accounts of the operator that may be emptied.

Nothing fills them again, so tests use them in a fixed order: first what a conforming service refuses
and charges nothing for, then what halves the balance, and at last what takes all of it, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_verify.account import TestAccount
from billing_verify.amounts import CENT, just_over_half, shown
from billing_verify.errors import NotTestableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from billing_verify.client.exchange import Exchange, Response

_KEPT_HALVINGS = 5
"""Halvings that are left to the tests which come after the bursts."""

_BURSTS = 3
"""Tests that send bursts of more than there is."""


@dataclass(frozen=True, slots=True)
class Emptied:
    """An account whose whole balance was debited at once, under `ref`. `response` is the answer.

    `account.opening` is what it held before, in units.
    """

    account: TestAccount
    ref: str
    exchange: Exchange
    response: Response


class DrainedAccounts:
    """The accounts that the operator named to be emptied.

    `read_balance` returns the balance of a user, in units. `emptied` is the account that a test
    emptied before, None while there is none.
    """

    def __init__(
        self, user_ids: Sequence[str], *, read_balance: Callable[[str], Decimal]
    ) -> None:
        self.description = f"accounts that may be emptied: {', '.join(user_ids)}"
        self.user_ids = tuple(user_ids)
        self.emptied: Emptied | None = None
        self._read_balance = read_balance
        self._bursts_to_come = _BURSTS
        self._opening: Decimal | None = None

    def fullest(self, at_least: Decimal) -> TestAccount:
        """Return the account that holds most. Raises NotTestableError where that is less than `at_least` units."""
        account = max(self._accounts(), key=lambda each: each.opening)
        if account.opening < at_least:
            raise NotTestableError(
                f"{account.user_id} holds {shown(account.opening)} units, and {shown(at_least)} are needed; "
                "put 50 on an account that is named with --account-drain"
            )
        return account

    def taken(self) -> Decimal:
        """Return what the accounts have lost since they were first looked at, in units."""
        return (self._opening or CENT * 0) - self._held()

    def look_at(self) -> None:
        """Keep what the accounts hold now, in units. Raises NotTestableError where it cannot be read."""
        self._opening = self._held()

    def funded(self, units: Decimal) -> TestAccount:
        """Return the account that holds most, where it has these units. Raises NotTestableError."""
        return self.fullest(units + CENT)

    def emptiest(self) -> TestAccount:
        """Return the account that holds least, but a cent. Raises NotTestableError where none holds a cent."""
        filled = [each for each in self._accounts() if each.opening >= CENT]
        if not filled:
            raise NotTestableError(
                f"no cent is left on {', '.join(self.user_ids)}; put 50 units on an account that is named with --account-drain"
            )
        return min(filled, key=lambda each: each.opening)

    def rounds(self) -> int:
        """Return how many rounds, each of which halves the money, are for the next test that sends bursts.

        What there is is shared among those that are still to come, after the tests behind them.
        """
        halvings = sum(_halvings(each.opening) for each in self._accounts())
        share = (halvings - _KEPT_HALVINGS) // max(self._bursts_to_come, 1)
        self._bursts_to_come -= 1
        return max(share, 1)

    def _held(self) -> Decimal:
        return sum((each.opening for each in self._accounts()), CENT * 0)

    def _accounts(self) -> list[TestAccount]:
        return [
            TestAccount(user_id, self._read_balance(user_id))
            for user_id in self.user_ids
        ]


def _halvings(balance: Decimal) -> int:
    """Return how often just over half of a balance can be debited until less than a cent is left."""
    count = 0
    while balance >= CENT:
        balance -= just_over_half(balance)
        count += 1
    return count
