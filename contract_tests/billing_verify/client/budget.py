"""What a run may take from accounts that the operator named, checked before a request is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from http.client import INTERNAL_SERVER_ERROR, OK
from threading import Lock
from typing import TYPE_CHECKING

from billing_verify.amounts import HALF_A_CENT, shown
from billing_verify.client.charges import (
    could_charge,
    is_check,
    is_reading,
    names_user,
)
from billing_verify.errors import MoneySpentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_verify.client.exchange import Call

_NOTHING = Decimal(0)
_COUNTABLE = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class OldestDebit:
    """The first debit of an account that was answered 200, and how many were answered so after it."""

    ref: str
    later: int = 0


@dataclass(slots=True)
class _Purse:
    """What is known of one account, all in units.

    `opening` is the first balance that was read, `reading` the last. `made` is what debits answered
    200 were for. `open` belongs to requests that are on their way, `unread` to requests that were
    answered since the last reading, `refused` to those of them that were not answered 200, and
    `uncertain` to requests without a definite answer, which may be carried out at any time.
    `answered` is the balance that a debit has answered since the last reading. `oldest` is the debit
    that is kept for the clause ref.remembered.
    """

    opening: Decimal | None = None
    reading: Decimal = _NOTHING
    made: Decimal = _NOTHING
    open: Decimal = _NOTHING
    unread: Decimal = _NOTHING
    refused: Decimal = _NOTHING
    uncertain: Decimal = _NOTHING
    oldest: OldestDebit | None = None
    answered: Decimal | None = None

    def remember(self, ref: str | None) -> None:
        """Count a debit that was answered 200, or keep its ref where it is the first."""
        if self.oldest is not None:
            self.oldest = OldestDebit(self.oldest.ref, self.oldest.later + 1)
        elif ref is not None:
            self.oldest = OldestDebit(ref)

    @property
    def shown(self) -> Decimal:
        """Return what the balances show to be taken, in units."""
        opening = self.reading if self.opening is None else self.opening
        return max(opening - self.reading, _NOTHING)

    @property
    def most(self) -> Decimal:
        """Return the most that can have been taken, in units.

        A reading may be stale, so that a debit that was answered 200 counts all the same.
        """
        seen = max(self.shown + self.unread, self.made + self.refused)
        if self.answered is not None and self.opening is not None:
            seen = max(seen, self.opening - self.answered)
        return seen + self.open + self.uncertain


@dataclass(frozen=True, slots=True)
class Reservation:
    """What one request could take: units by user id. `made` is what it asks for, in units, under `ref`."""

    units: Mapping[str, Decimal] = field(default_factory=dict)
    made: Decimal = _NOTHING
    ref: str | None = None


class Budget:
    """The units that requests may take from the operator's accounts. `limit` is in units.

    Whatever a request could take by any reading of it is reserved before it is sent. No status gives
    it back, only a documented balance that shows it was not taken. Accounts that the suite opened do
    not count. `answered` has the balance that the last debit of each user answered, as far as it is known.
    """

    def __init__(self, limit: Decimal) -> None:
        self.limit = limit
        self.answered: dict[str, Decimal] = {}
        self._set_aside = _NOTHING
        self._purses: dict[str, _Purse] = {}
        self._checks_charge = False
        self._lock = Lock()

    @property
    def spent(self) -> Decimal:
        """Return the most that the operator's accounts can have lost so far, in units."""
        return sum((purse.most for purse in self._purses.values()), _NOTHING)

    @property
    def shown(self) -> Decimal:
        """Return what the last readings show that the operator's accounts have lost, in units."""
        return sum((purse.shown for purse in self._purses.values()), _NOTHING)

    @property
    def users(self) -> list[str]:
        """Return the user ids of the accounts that count."""
        return list(self._purses)

    @property
    def unsettled(self) -> list[str]:
        """Return the user ids of accounts whose next reading may give units back."""
        return [user for user, purse in self._purses.items() if purse.unread]

    def oldest_debit(self, user_id: str) -> OldestDebit | None:
        """Return the first debit of an account that counts, None where there is none."""
        purse = self._purses.get(user_id)
        return purse.oldest if purse else None

    def count_account(self, user_id: str) -> None:
        """Count what is taken from this account against the limit from now on."""
        self._purses.setdefault(user_id, _Purse())

    def set_aside(self, units: Decimal) -> None:
        """Keep these units for later tests: until the next call, requests may use the rest only."""
        self._set_aside = units

    def reserve(self, call: Call) -> Reservation:
        """Reserve what the request could take, and return it.

        Raises MoneySpentError where the limit would be passed.
        """
        reservation = self._reservation(call)
        cost = sum(reservation.units.values(), _NOTHING)
        with self._lock:
            if cost and self.spent + cost > self.limit - self._set_aside:
                raise MoneySpentError(self._refusal(cost))
            for user, units in reservation.units.items():
                self._purses[user].open += units
        return reservation

    def give_back(self, reservation: Reservation) -> None:
        """Return what was reserved for a request that was never sent."""
        with self._lock:
            for user, units in reservation.units.items():
                self._purses[user].open -= units

    def settle(self, reservation: Reservation, status: int | None) -> None:
        """Record that a request was answered, or was not (None). Nothing is given back yet."""
        with self._lock:
            for user, units in reservation.units.items():
                purse = self._purses[user]
                purse.open -= units
                if status is None or status >= INTERNAL_SERVER_ERROR:
                    purse.uncertain += units
                    continue
                purse.unread += units
                if status == OK:
                    purse.made += reservation.made
                    purse.remember(reservation.ref)
                else:
                    purse.refused += units

    def observe_debit(self, user_id: str, balance: Decimal) -> None:
        """Record the balance that a debit has answered: where it is low, the next reading decides."""
        self.answered[user_id] = balance
        purse = self._purses.get(user_id)
        if purse is not None and balance.is_finite():
            purse.answered = balance

    def observe(self, user_id: str, balance: Decimal) -> None:
        """Record a documented balance, in units, that was read while no other request was open.

        What was reserved for answered requests, and is not missing from the balance, is given back.
        Where more is missing than any debit could take, checks count as debits from then on.
        """
        purse = self._purses.get(user_id)
        if purse is None or not balance.is_finite():
            return
        with self._lock:
            if purse.opening is None:
                purse.opening = purse.reading = balance
            lowest = min(purse.reading - purse.unread, purse.opening - purse.made)
            lowest -= purse.uncertain
            self._checks_charge |= balance < lowest - HALF_A_CENT
            purse.reading = balance
            purse.unread = purse.refused = _NOTHING
            purse.answered = None

    def _reservation(self, call: Call) -> Reservation:
        is_free = is_reading(call) or (is_check(call) and not self._checks_charge)
        if is_free or not self._purses:
            return Reservation()
        named = [user for user in self._purses if names_user(call, user)]
        if not named:
            return Reservation()
        units = could_charge(call)
        is_plain = isinstance(call.fields, dict) and isinstance(
            call.fields.get("units"), Decimal
        )
        made = max(call.fields["units"], _NOTHING) if is_plain else _NOTHING
        ref = call.fields.get("ref") if is_plain else None
        return Reservation(
            dict.fromkeys(named, units), made, ref if isinstance(ref, str) else None
        )

    def _refusal(self, cost: Decimal) -> str:
        kept = f", {shown(self._set_aside)} set aside for other tests" * bool(
            self._set_aside
        )
        amount = f"{shown(cost)} units" if cost < _COUNTABLE else "any amount"
        return (
            f"a request that could take {amount} would pass the budget of {shown(self.limit)} units "
            f"({shown(self.spent)} used{kept}); raise it with --budget, or let the suite open accounts of its own"
        )
