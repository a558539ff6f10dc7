"""What a run may take from accounts that the operator named, checked before a request is sent."""

from __future__ import annotations

from decimal import Decimal
from threading import Lock
from typing import Any

from billing_verify.errors import NotTestableError


class Budget:
    """The units that debits may take from the operator's accounts. `limit` is in units.

    Units are reserved before a debit is sent, and given back only when the answer is a refusal: a
    debit without an answer may have been carried out. Accounts that the suite opened do not count.
    """

    def __init__(self, limit: Decimal) -> None:
        self.limit = limit
        self._spent = Decimal(0)
        self._counted_users: set[str] = set()
        self._lock = Lock()

    @property
    def spent(self) -> Decimal:
        """Return the most that the operator's accounts can have lost so far, in units."""
        return self._spent

    def count_account(self, user_id: str) -> None:
        """Count the debits of this account against the limit from now on."""
        self._counted_users.add(user_id)

    def reserve(self, fields: Any) -> Decimal:
        """Reserve what a debit with these fields could take, and return it, in units.

        `fields` is the parsed body; one that is no object costs nothing. Raises NotTestableError
        where the limit would be passed.
        """
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
        """Return reserved units to the budget, because the debit was refused."""
        with self._lock:
            self._spent -= cost

    def _cost(self, fields: Any) -> Decimal:
        if (
            not isinstance(fields, dict)
            or str(fields.get("user_id")) not in self._counted_users
        ):
            return Decimal(0)
        return max(_largest_reading(fields.get("units")), Decimal(0))


def _largest_reading(units: Any) -> Decimal:
    """Return the most that a careless service might read the units as."""
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
