"""What a client asks to be booked, what was booked, and how that is kept in few bytes.

A ledger that is under load for days holds millions of transactions. As text in one bytes object,
one takes a third of what it would take as a Python object with its fields.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class Entry(NamedTuple):
    """What a client asks to be booked. `at` is seconds since the epoch, `ref` None for none."""

    user_id: str
    units: Decimal
    ref: str | None
    reason: str
    at: float


class Transaction(NamedTuple):
    """An entry that was booked. `kind` is debit, credit or plan; `balance` is what it left."""

    kind: str
    user_id: str
    units: Decimal
    ref: str | None
    reason: str
    at: float
    tx_id: str
    balance: Decimal

    def packed(self) -> bytes:
        """All but user and ref, which whoever keeps it knows."""
        return f"{self.kind}\n{self.units}\n{self.at!r}\n{self.tx_id}\n{self.balance}\n{self.reason}".encode()


def unpacked(packed: bytes, *, user_id: str, ref: str | None) -> Transaction:
    """The transaction that was packed."""
    kind, units, at, tx_id, balance, reason = packed.decode().split("\n", 5)
    return Transaction(
        kind, user_id, Decimal(units), ref, reason, float(at), tx_id, Decimal(balance)
    )
