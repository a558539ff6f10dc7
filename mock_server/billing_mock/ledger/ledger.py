"""The ledger: the balance of every account, its transactions, and the refs that are used.

It does no I/O, reads no clock and has no transport. Every operation is one atomic step under one
lock. Money is Decimal and never rounded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact, InvalidOperation
from threading import Lock
from typing import TYPE_CHECKING

from billing_mock.ledger.amounts import BALANCE_LIMIT
from billing_mock.ledger.transaction import Entry, Transaction, booked_at, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from billing_mock.ledger.account import Account, Plan

_Packed = tuple[str, str | tuple[str], bytes]

_EXACT = Context(prec=400, traps=[Inexact, InvalidOperation])


class LedgerError(Exception):
    """A transaction that the ledger refuses. It has changed nothing."""


class UnknownAccountError(LedgerError):
    """There is no account of that user, and the ledger opens none for it."""


class DuplicateRefError(LedgerError):
    """An earlier transaction has used the ref (document, Коды ошибок: 409).

    `earlier` is that transaction, None where it is of another user.
    """

    def __init__(self, ref: str, earlier: Transaction | None) -> None:
        super().__init__(ref)
        self.earlier = earlier


class InsufficientFundsError(LedgerError):
    """The units are more than `balance` (document, Коды ошибок: 403)."""

    def __init__(self, balance: Decimal) -> None:
        super().__init__(balance)
        self.balance = balance


class BalanceLimitError(LedgerError):
    """The balance would reach BALANCE_LIMIT, from which on digits would be lost."""


@dataclass(slots=True)
class _Holding:
    user_id: str
    balance: Decimal
    plan: Plan | None
    booked: dict[str | tuple[str], bytes] = field(default_factory=dict)

    def packed(self, ref: str | None) -> list[_Packed]:
        """Return user, key and text of each transaction, or of the one with this ref."""
        if ref is None:
            return [(self.user_id, *each) for each in self.booked.items()]
        text = self.booked.get(ref)
        return [] if text is None else [(self.user_id, ref, text)]


class Ledger:
    """Accounts and their transactions. Threads may share it.

    `accounts` are open at the start and after a reset. `new_tx_id()` returns the id of the next
    transaction. `unknown_opens_with` is the balance, in units, of a user who has no account; with
    None, operations for such a user raise UnknownAccountError. With `refs_are_global` a ref that
    one user has used is used for all.
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
        """Return the balance of the user, in units. Raises UnknownAccountError when there is no account."""
        with self._lock:
            return self._holding(user_id).balance

    def account(self, user_id: str) -> tuple[Decimal, Plan | None]:
        """Return balance, in units, and plan of the user at one moment. Raises UnknownAccountError when there is no account."""
        with self._lock:
            holding = self._holding(user_id)
            return holding.balance, holding.plan

    def debit(self, entry: Entry) -> Transaction:
        """Lower the balance by the units, once for each ref, and return the transaction (document, 2. Списание средств).

        Raises UnknownAccountError when there is no account, DuplicateRefError when the ref is used,
        also where the balance is too low by now, and InsufficientFundsError when the units are more
        than the balance.
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
        """Raise the balance by the units, once for each ref, and return the transaction. A plan replaces that of the user.

        Raises UnknownAccountError when there is no account, DuplicateRefError when the ref is used,
        and BalanceLimitError when the balance would reach BALANCE_LIMIT.
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
        """Open the accounts. One that exists is replaced, and the refs that it has used are free again."""
        with self._lock:
            for account in accounts:
                self._close(account.user_id)
                self._open(account)

    def delete(self, user_id: str) -> None:
        """Remove the account, its transactions and refs. Raises UnknownAccountError when there is no account."""
        with self._lock:
            if user_id not in self._holdings:
                raise UnknownAccountError(user_id)
            self._close(user_id)

    def reset(self, user_id: str | None = None) -> None:
        """Remove all accounts and open those of the start; with a user, do so for that user alone."""
        with self._lock:
            for each in [user_id] if user_id is not None else list(self._holdings):
                self._close(each)
            for account in self._starting.values():
                if user_id is None or account.user_id == user_id:
                    self._open(account)

    def accounts(self) -> dict[str, tuple[Decimal, Plan | None]]:
        """Return balance, in units, and plan of every account by user id, in the order in which they were opened."""
        with self._lock:
            return {
                user_id: (holding.balance, holding.plan)
                for user_id, holding in self._holdings.items()
            }

    def find(self, user_id: str) -> tuple[Decimal, Plan | None] | None:
        """Return balance, in units, and plan of the account of the user, None where there is none."""
        with self._lock:
            holding = self._holdings.get(user_id)
            return None if holding is None else (holding.balance, holding.plan)

    def transactions(
        self,
        *,
        user_id: str | None = None,
        ref: str | None = None,
        part: slice = slice(None),
    ) -> list[Transaction]:
        """Return the transactions, oldest first: all of them, or those of one user, with one ref, or both.

        `part` is what is returned of them: only that is unpacked.
        """
        with self._lock:
            holdings = (
                list(self._holdings.values())
                if user_id is None
                else list(filter(None, [self._holdings.get(user_id)]))
            )
            packed = [each for holding in holdings for each in holding.packed(ref)]
        packed.sort(key=lambda each: booked_at(each[2]))
        return [
            unpack(text, user_id=user, ref=key if isinstance(key, str) else None)
            for user, key, text in packed[part]
        ]

    def _holding(self, user_id: str) -> _Holding:
        holding = self._holdings.get(user_id)
        if holding is not None:
            return holding
        if self._unknown_opens_with is None:
            raise UnknownAccountError(user_id)
        return _Holding(user_id, self._unknown_opens_with, None)

    def _refuse_used(self, ref: str | None, holding: _Holding) -> None:
        if ref is None:
            return
        packed = holding.booked.get(ref)
        if packed is not None:
            earlier = unpack(packed, user_id=holding.user_id, ref=ref)
            raise DuplicateRefError(ref, earlier)
        if self._refs_are_global and ref in self._global_refs:
            raise DuplicateRefError(ref, None)

    def _book(
        self, kind: str, entry: Entry, holding: _Holding, balance: Decimal
    ) -> Transaction:
        transaction = Transaction(kind, *entry, self._new_tx_id(), balance)
        holding.balance = balance
        key = (transaction.tx_id,) if entry.ref is None else entry.ref
        holding.booked[key] = transaction.pack()
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
