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
    """A gateway with two paid operations. Its two functions do the work; neither deals with money."""

    paid_work: PaidWork
    process_chat_message: Callable[[str, str], Awaitable[str]]
    process_template_generation: Callable[[str, str], Awaitable[str]]

    async def send_chat_message(self, user_id: str, message: str) -> str:
        """Return the reply to a chat message, paid by its length ("Сценарий 1: Отправка сообщения в чате").

        Raises InsufficientFundsError, or another BillingServiceError, as `PaidWork.sell` does.
        """
        return await self.paid_work.sell(
            lambda: self.process_chat_message(user_id, message),
            user_id=user_id,
            units=UNITS_PER_CHARACTER * len(message),
            reason="chat_message",
        )

    async def generate_template(self, user_id: str, template_type: str) -> str:
        """Return a generated template, paid by its type ("Сценарий 2: Генерация шаблона").

        Raises KeyError for an unknown type, and otherwise as `send_chat_message` does.
        """
        return await self.paid_work.sell(
            lambda: self.process_template_generation(user_id, template_type),
            user_id=user_id,
            units=UNITS_PER_TEMPLATE[template_type],
            reason="template_generation",
        )
