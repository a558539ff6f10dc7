"""Check, work, debit: the document's order, made safe against lost answers and a process that ends between.

The order is that of "Сценарий 1: Отправка сообщения в чате" in the document.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from .debit import Debit
from .errors import (
    BillingServiceError,
    InsufficientFundsError,
    OutcomeUnknownError,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from decimal import Decimal

    from .client import BillingClient
    from .outbox import Outbox

_LOG = logging.getLogger(__name__)
Result = TypeVar("Result")


class PaidWork:
    """Work that users pay for, over one client and one outbox.

    Call `recover` at the start of the process and from time to time.
    """

    def __init__(self, billing: BillingClient, outbox: Outbox) -> None:
        self._billing = billing
        self._outbox = outbox
        self._under_way: set[str] = set()

    async def sell(
        self,
        work: Callable[[], Awaitable[Result]],
        *,
        user_id: str,
        units: Decimal,
        reason: str,
    ) -> Result:
        """Do the work, charge the user for it once, and return its result.

        The result is also returned when it is unknown whether the debit was charged: the debit then
        stays in the outbox, and `recover` sends it again. When the debit is refused after the work was
        done, the user pays nothing and gets no result, and the outbox keeps the refusal.

        Raises InsufficientFundsError before the work when the check is negative, ValueError when
        `units` is not a Decimal above 0, and the BillingServiceError of a check that failed or a debit
        that was refused.
        """
        debit = Debit(
            user_id=user_id, units=units, ref=f"{reason}-{uuid4()}", reason=reason
        )
        if not await self._billing.check(user_id, units):
            raise InsufficientFundsError(f"{units} units are more than the user has")
        result = await work()
        self._outbox.add(debit)
        await self._charge(debit, maybe_sent=False)
        return result

    async def recover(self) -> None:
        """Send the debits of the outbox, except those that `sell` is sending now, with their own refs.

        A debit that was charged before is thereby not charged twice. Refusals are logged, not raised.
        """
        left_behind = [
            debit for debit in self._outbox.owed() if debit.ref not in self._under_way
        ]
        for debit in left_behind:
            try:
                await self._charge(debit, maybe_sent=True)
            except BillingServiceError as error:
                _LOG.warning("the debit %s was refused: %s", debit.ref, error)

    async def _charge(self, debit: Debit, *, maybe_sent: bool) -> None:
        self._under_way.add(debit.ref)
        try:
            await self._billing.debit(debit, maybe_sent=maybe_sent)
        except OutcomeUnknownError as error:
            _LOG.warning("%s", error)
        except BillingServiceError as error:
            self._outbox.refuse(debit.ref, str(error))
            raise
        else:
            self._outbox.settle(debit.ref)
        finally:
            self._under_way.discard(debit.ref)
