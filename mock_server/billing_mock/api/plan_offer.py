"""What a plan brings to the user who is put on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOffer:
    """A plan that can be applied: the units that are credited then, and the days until it ends."""

    units: Decimal
    days: int
