"""A debit, its receipt, and the pauses between its attempts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .money import checked_units

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit:
    """A payment of one user for one operation. `ref` is chosen once and is the same at every attempt.

    Raises ValueError when `units` is not a Decimal above 0.
    """

    user_id: str
    units: Decimal
    ref: str
    reason: str

    def __post_init__(self) -> None:
        checked_units(self.units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The proof that a debit was charged: the balance after it, in units, and the service's transaction id.

    Both are None when an earlier attempt was charged and its answer was lost.
    """

    balance: Decimal | None = None
    tx_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """The pauses before the second attempt, the third, and so on, in seconds: one attempt more than pauses.

    `pause` is awaited with the seconds of each; a test passes one that returns at once.
    """

    pauses_seconds: tuple[float, ...] = (0.1, 0.5)
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
