"""What a run may take from accounts that the operator named, enforced before a request leaves."""

from __future__ import annotations

from decimal import Decimal
from threading import Lock
from typing import Any

from billing_verify.clauses import NotTestableError


class Budget:
    """Counts the units that debits may take from the operator's accounts.

    Units are reserved before a debit leaves, and given back only when the answer is a refusal:
    an answer that never came may have been a debit. Accounts that the suite opened for itself
    cost nothing.
    """

    def __init__(self, limit: Decimal) -> None:
        self.limit = limit
        self._spent = Decimal(0)
        self._guarded: set[str] = set()
        self._lock = Lock()

    @property
    def spent(self) -> Decimal:
        """The most that the operator's accounts can have lost so far, in units."""
        return self._spent

    def guard(self, user_id: str) -> None:
        """Count what this account pays."""
        self._guarded.add(user_id)

    def reserve(self, fields: Any) -> Decimal:
        """Set aside what a debit with these fields could take. Raises NotTestableError."""
        cost = self._cost(fields)
        with self._lock:
            if self._spent + cost > self.limit:
                raise NotTestableError(
                    f"a debit of {cost} units would pass the budget of {self.limit} ({self._spent} used); "
                    "raise it with --budget, or let the suite open accounts of its own"
                )
            self._spent += cost
        return cost

    def give_back(self, cost: Decimal) -> None:
        """The debit was refused."""
        with self._lock:
            self._spent -= cost

    def _cost(self, fields: Any) -> Decimal:
        if (
            not isinstance(fields, dict)
            or str(fields.get("user_id")) not in self._guarded
        ):
            return Decimal(0)
        return max(_largest_reading(fields.get("units")), Decimal(0))


def _largest_reading(units: Any) -> Decimal:
    """What a careless service might read the units as."""
    if isinstance(units, list):
        return max(map(_largest_reading, units), default=Decimal(0))
    try:
        reading = (
            abs(Decimal(units))
            if isinstance(units, Decimal | str | int)
            else Decimal(1)
        )
    except ArithmeticError:
        return Decimal(1)
    return reading if reading.is_finite() else Decimal(0)
