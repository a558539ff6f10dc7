"""A debit, what the service says of it, and how often it is asked."""

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
    """What a user pays for one operation. The ref is chosen once and is the same at every try."""

    user_id: str
    units: Decimal
    ref: str
    reason: str

    def __post_init__(self) -> None:
        checked_units(self.units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A debit was charged. Both are None where an earlier try was charged and its answer was lost."""

    balance: Decimal | None = None
    tx_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How long to pause before the second try, the third, and so on: one try more than pauses.

    `pause` does the waiting; a test gives one that returns at once.
    """

    pauses_seconds: tuple[float, ...] = (0.1, 0.5)
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
