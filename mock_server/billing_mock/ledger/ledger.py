"""The book of accounts: who holds how much, and which refs are used.

Plain Python: it does no I/O, reads no clock and knows nothing of HTTP. Every operation is one
atomic step under one lock. Money is Decimal and never rounded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact, InvalidOperation
from threading import Lock
from typing import TYPE_CHECKING

from billing_mock.ledger.transaction import Entry, Transaction, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from billing_mock.ledger.account import Account, Plan

DECIMALS_MAX = 350  # any double, written in decimal, is kept exactly
BALANCE_LIMIT = Decimal(10) ** 30
_EXACT = Context(prec=400, traps=[Inexact, InvalidOperation])


class LedgerError(Exception):
    """A transaction that the ledger refuses; nothing has changed."""


class UnknownAccountError(LedgerError):
    """The ledger has no account of that user and opens none."""


class DuplicateRefError(LedgerError):
    """An earlier transaction has used the ref."""


class InsufficientFundsError(LedgerError):
    """The units are more than the balance."""

    def __init__(self, balance: Decimal) -> None:
        super().__init__(balance)
        self.balance = balance


class BalanceLimitError(LedgerError):
    """The balance would reach BALANCE_LIMIT, beyond which digits would be lost."""


@dataclass(slots=True)
class _Holding:
    user_id: str
    balance: Decimal
    plan: Plan | None
    booked: dict[str | tuple[str], bytes] = field(default_factory=dict)


class Ledger:
    """Accounts and their transactions.

    `unknown_opens_with` is the balance of a user whom the ledger has never seen; with None such
    a user is an UnknownAccountError. `refs_are_global` lets a ref be used by one user only.
    """

    def __init__(
        self,
        accounts: Iterable[Account],
        *,
        new_tx_id: Callable[[], str],
        unknown_opens_with: Decimal | None = Decimal(0),
        refs_are_global: bool = False,
    ) -> None:
        self._lock = Lock()
        self._starting = {account.user_id: account for account in accounts}
        self._new_tx_id = new_tx_id
        self._unknown_opens_with = unknown_opens_with
        self._refs_are_global = refs_are_global
        self._global_refs: set[str] = set()
        self._holdings: dict[str, _Holding] = {}
        self.reset()

    def balance(self, user_id: str) -> Decimal:
        """What the user holds, in units. Raises UnknownAccountError."""
        with self._lock:
            return self._holding(user_id).balance

    def account(self, user_id: str) -> tuple[Decimal, Plan | None]:
        """Balance and plan of one moment. Raises UnknownAccountError."""
        with self._lock:
            holding = self._holding(user_id)
            return holding.balance, holding.plan

    def debit(self, entry: Entry) -> Transaction:
        """Lower the balance by the units, once for each ref.

        Raises UnknownAccountError, DuplicateRefError (also when the money has run out since) and
        InsufficientFundsError.
        """
        with self._lock:
            holding = self._holding(entry.user_id)
            self._refuse_used(entry.ref, holding)
            if holding.balance < entry.units:
                raise InsufficientFundsError(holding.balance)
            return self._book(
                "debit", entry, holding, _EXACT.subtract(holding.balance, entry.units)
            )

    def credit(self, entry: Entry, *, plan: Plan | None = None) -> Transaction:
        """Raise the balance by the units, once for each ref; with a plan, put the user on it.

        Raises UnknownAccountError, DuplicateRefError and BalanceLimitError.
        """
        with self._lock:
            holding = self._holding(entry.user_id)
            self._refuse_used(entry.ref, holding)
            balance = (
                _EXACT.add(holding.balance, entry.units)
                if entry.units < BALANCE_LIMIT
                else BALANCE_LIMIT
            )
            if balance >= BALANCE_LIMIT:
                raise BalanceLimitError
            holding.plan = plan or holding.plan
            return self._book("plan" if plan else "credit", entry, holding, balance)

    def put(self, *accounts: Account) -> None:
        """Open the accounts with their balances and plans; one that exists starts anew, its refs unused."""
        with self._lock:
            for account in accounts:
                self._close(account.user_id)
                self._open(account)

    def delete(self, user_id: str) -> None:
        """Forget the account and its refs. Raises UnknownAccountError."""
        with self._lock:
            if user_id not in self._holdings:
                raise UnknownAccountError(user_id)
            self._close(user_id)

    def reset(self, user_id: str | None = None) -> None:
        """Go back to the starting accounts: all of them, or the one of a user."""
        with self._lock:
            for each in [user_id] if user_id is not None else list(self._holdings):
                self._close(each)
            for account in self._starting.values():
                if user_id is None or account.user_id == user_id:
                    self._open(account)

    def accounts(self) -> dict[str, tuple[Decimal, Plan | None]]:
        """Every account with its balance and plan, in the order of their opening."""
        with self._lock:
            return {
                user_id: (holding.balance, holding.plan)
                for user_id, holding in self._holdings.items()
            }

    def transactions(
        self, *, user_id: str | None = None, ref: str | None = None
    ) -> list[Transaction]:
        """What was booked, oldest first, of one user or with one ref where they are given."""
        with self._lock:
            holdings = (
                self._holdings.values()
                if user_id is None
                else filter(None, [self._holdings.get(user_id)])
            )
            booked = [
                unpacked(
                    packed,
                    user_id=holding.user_id,
                    ref=key if isinstance(key, str) else None,
                )
                for holding in holdings
                for key, packed in holding.booked.items()
                if ref in (None, key)
            ]
        return sorted(booked, key=lambda each: each.at)

    def _holding(self, user_id: str) -> _Holding:
        holding = self._holdings.get(user_id)
        if holding is not None:
            return holding
        if self._unknown_opens_with is None:
            raise UnknownAccountError(user_id)
        return _Holding(user_id, self._unknown_opens_with, None)

    def _refuse_used(self, ref: str | None, holding: _Holding) -> None:
        if ref is not None and (
            ref in holding.booked
            or (self._refs_are_global and ref in self._global_refs)
        ):
            raise DuplicateRefError(ref)

    def _book(
        self, kind: str, entry: Entry, holding: _Holding, balance: Decimal
    ) -> Transaction:
        transaction = Transaction(kind, *entry, self._new_tx_id(), balance)
        holding.balance = balance
        key = (transaction.tx_id,) if entry.ref is None else entry.ref
        holding.booked[key] = transaction.packed()
        self._holdings.setdefault(entry.user_id, holding)
        if self._refs_are_global and entry.ref is not None:
            self._global_refs.add(entry.ref)
        return transaction

    def _open(self, account: Account) -> None:
        self._holdings[account.user_id] = _Holding(
            account.user_id, account.balance, account.plan
        )

    def _close(self, user_id: str) -> None:
        closed = self._holdings.pop(user_id, None)
        if closed is not None and self._refs_are_global:
            self._global_refs.difference_update(closed.booked)
