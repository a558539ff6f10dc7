"""The sequential specification of one account: what each request must answer, one after the other.

It is the suite's own reading of the contract and shares nothing with the mock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(slots=True)
class AccountModel:
    """What an account holds, in units, and for what each used ref was used."""

    balance: Decimal
    used: dict[str, Decimal] = field(default_factory=dict)

    def debit(self, units: Decimal, ref: str) -> int:
        """Carry out a debit; the status that it must be answered with."""
        if ref in self.used:
            return 409
        if units > self.balance:
            return 403
        self.balance -= units
        self.used[ref] = units
        return 200

    def allows(self, units: Decimal) -> bool:
        """What a check must say."""
        return units <= self.balance
