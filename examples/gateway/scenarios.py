"""The two scenarios of the document: a chat message, and a template."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from billing import PaidWork

UNITS_PER_CHARACTER = Decimal("0.1")
UNITS_PER_TEMPLATE = {"letter": Decimal("2.0"), "contract": Decimal("12.5")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """What users ask of this gateway. The two functions do the work; they know nothing of money."""

    paid_work: PaidWork
    process_chat_message: Callable[[str, str], Awaitable[str]]
    process_template_generation: Callable[[str, str], Awaitable[str]]

    async def send_chat_message(self, user_id: str, message: str) -> str:
        """Scenario 1. Raises InsufficientFundsError, or another BillingServiceError."""
        return await self.paid_work.sell(
            lambda: self.process_chat_message(user_id, message),
            user_id=user_id,
            units=UNITS_PER_CHARACTER * len(message),
            reason="chat_message",
        )

    async def generate_template(self, user_id: str, template_type: str) -> str:
        """Scenario 2. Raises as scenario 1 does."""
        return await self.paid_work.sell(
            lambda: self.process_template_generation(user_id, template_type),
            user_id=user_id,
            units=UNITS_PER_TEMPLATE[template_type],
            reason="template_generation",
        )
