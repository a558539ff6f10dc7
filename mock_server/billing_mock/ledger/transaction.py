"""Entries and transactions, and transactions as text in few bytes.

A ledger that is under load for days holds millions of transactions. As text in one bytes object,
one takes a third of what it would take as a Python object with its fields.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class Entry(NamedTuple):
    """A debit or credit as a client asks for it. `at` is in seconds since the epoch; `ref` is None where there is none."""

    user_id: str
    units: Decimal
    ref: str | None
    reason: str
    at: float


class Transaction(NamedTuple):
    """An entry that was booked. `kind` is debit, credit or plan; `balance` is that after it, in units."""

    kind: str
    user_id: str
    units: Decimal
    ref: str | None
    reason: str
    at: float
    tx_id: str
    balance: Decimal

    def pack(self) -> bytes:
        """Return the transaction as text, without user_id and ref, which are the keys that it is stored under."""
        return f"{self.kind}\n{self.units}\n{self.at!r}\n{self.tx_id}\n{self.balance}\n{self.reason}".encode()


def unpack(packed: bytes, *, user_id: str, ref: str | None) -> Transaction:
    """Return the transaction whose `pack` returned these bytes, with its user_id and ref."""
    kind, units, at, tx_id, balance, reason = packed.decode().split("\n", 5)
    return Transaction(
        kind, user_id, Decimal(units), ref, reason, float(at), tx_id, Decimal(balance)
    )


def booked_at(packed: bytes) -> float:
    """Return `at` of the transaction whose `pack` returned these bytes."""
    return float(packed.split(b"\n", 3)[2])
