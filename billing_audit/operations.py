"""The operations that a history is made of, with the answers that they got.

Amounts and times are exact decimals. Operations that raise a balance (credits) are not
part of the format. A frozen dataclass takes five times as long to make, and a history has
millions of operations: nothing changes them, though nothing but the reader of this keeps it so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Opening:
    """The account's balance before its first operation, when no ref had been used yet."""

    user_id: str
    balance: Decimal


@dataclass(slots=True, unsafe_hash=True)
class Debit:
    """One attempt to debit. Without a status nobody knows whether it took effect."""

    user_id: str
    units: Decimal
    ref: str
    start: Decimal
    end: Decimal | None
    status: int | None
    balance: Decimal | None = None


@dataclass(slots=True, unsafe_hash=True)
class Check:
    """A question whether the balance covers some units."""

    user_id: str
    units: Decimal
    start: Decimal
    end: Decimal | None
    status: int | None
    allowed: bool | None = None
    balance: Decimal | None = None


@dataclass(slots=True, unsafe_hash=True)
class Balance:
    """A reading of the balance."""

    user_id: str
    start: Decimal
    end: Decimal | None
    status: int | None
    balance: Decimal | None = None


Operation = Debit | Check | Balance
Entry = Opening | Operation
