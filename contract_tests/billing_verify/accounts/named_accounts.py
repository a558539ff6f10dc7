"""Funded accounts that the operator named, from which tests take cents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_verify.account import TestAccount
from billing_verify.amounts import CENT, shown
from billing_verify.errors import MoneySpentError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal


class NamedAccounts:
    """A source of accounts: the ones that the operator named, in turn.

    `read_balance` returns the balance of a user, in units. Tests spend relative to what they find.
    """

    def __init__(
        self, user_ids: Sequence[str], *, read_balance: Callable[[str], Decimal]
    ) -> None:
        self.description = f"the named accounts {', '.join(user_ids)}"
        self.user_ids = tuple(user_ids)
        self._turns = list(user_ids)
        self._read_balance = read_balance

    def funded(self, units: Decimal) -> TestAccount:
        """Return the next account that has these units and a cent more. Raises MoneySpentError."""
        for _ in self.user_ids:
            self._turns.append(self._turns.pop(0))
            balance = self._read_balance(self._turns[-1])
            if balance >= units + CENT:
                return TestAccount(self._turns[-1], balance)
        raise MoneySpentError(
            f"no named account holds {shown(units + CENT)} units; fund one of {', '.join(self.user_ids)}"
        )
