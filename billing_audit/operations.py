"""The operations that a history is made of, with the answers that they got.

Amounts and times are exact decimals: units of money, and seconds on one clock. Operations that
raise a balance (credits) are not part of the format. A history has millions of operations, and
a frozen Struct is made several times faster than a frozen dataclass.
"""

from __future__ import annotations

# Used at run time: msgspec reads the annotations when it needs them.
from decimal import Decimal  # noqa: TC003

import msgspec


class Opening(msgspec.Struct, frozen=True, gc=False):
    """An account's balance before its first operation, when no ref had been used yet."""

    user_id: str
    balance: Decimal


class Debit(msgspec.Struct, frozen=True, gc=False):
    """An attempt to debit. `status` and `end` are None where no answer came.

    `balance` is what the account held after the debit, as a 200 shows it.
    """

    user_id: str
    units: Decimal
    ref: str
    start: Decimal
    end: Decimal | None
    status: int | None
    balance: Decimal | None = None


class Check(msgspec.Struct, frozen=True, gc=False):
    """A question whether the balance covers some units; `allowed` is the answer of a 200."""

    user_id: str
    units: Decimal
    start: Decimal
    end: Decimal | None
    status: int | None
    allowed: bool | None = None
    balance: Decimal | None = None


class Balance(msgspec.Struct, frozen=True, gc=False):
    """A reading of the balance."""

    user_id: str
    start: Decimal
    end: Decimal | None
    status: int | None
    balance: Decimal | None = None


Operation = Debit | Check | Balance
Entry = Opening | Operation
