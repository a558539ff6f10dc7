"""The three operations of the billing service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from .debit import Debit, Receipt, Retry
from .errors import (
    DuplicateTransactionError,
    NoAnswerError,
    OutcomeUnknownError,
    RequestRefusedError,
)
from .exchange import Exchange
from .money import amount, checked_units

if TYPE_CHECKING:
    from decimal import Decimal
    from types import TracebackType

    import httpx

    from .settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a user has. `plan` is None for no plan, or the service's object with plan_code, expires_at, status."""

    balance: Decimal
    plan: dict[str, Any] | None


class BillingClient:
    """Check, debit and balance. Use it as an async context manager, one for the whole gateway."""

    def __init__(
        self,
        settings: Settings,
        *,
        retry: Retry | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._exchange = Exchange(settings, transport=transport)
        self._retry = retry or Retry()

    async def check(self, user_id: str, units: Decimal) -> bool:
        """Whether the user could pay. It reserves nothing: the debit may still be refused."""
        fields = await self._exchange.post(
            "/internal/billing/check",
            {"user_id": user_id, "units": checked_units(units)},
        )
        if not isinstance(fields.get("allowed"), bool):
            raise NoAnswerError("billing's answer to a check lacks allowed")
        return bool(fields["allowed"])

    async def balance(self, user_id: str) -> Balance:
        """What the user has."""
        fields = await self._exchange.get(
            "/internal/billing/balance", {"user_id": user_id}
        )
        return Balance(balance=_balance(fields), plan=fields.get("plan"))

    async def debit(self, debit: Debit, *, maybe_sent: bool = False) -> Receipt:
        """Charge the user once, however often it has to ask. `maybe_sent` says that an earlier process may have asked.

        Raises InsufficientFundsError, DuplicateTransactionError or RequestRefusedError where nothing was
        charged by this debit, and OutcomeUnknownError where that is still unknown after the last try.
        """
        pauses = iter(self._retry.pauses_seconds)
        while True:
            try:
                return await self._try(debit)
            except NoAnswerError as error:
                maybe_sent = True
                seconds = next(pauses, None)
                if seconds is None:
                    raise OutcomeUnknownError(debit.ref) from error
                await self._retry.pause(seconds)
            except DuplicateTransactionError:
                if not maybe_sent:
                    raise
                return Receipt()
            except RequestRefusedError as error:
                # A key that was changed meanwhile tells nothing about the try before.
                if not maybe_sent:
                    raise
                raise OutcomeUnknownError(debit.ref) from error

    async def close(self) -> None:
        """Close the connections."""
        await self._exchange.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _try(self, debit: Debit) -> Receipt:
        fields = await self._exchange.post(
            "/internal/billing/debit",
            {
                "user_id": debit.user_id,
                "units": debit.units,
                "ref": debit.ref,
                "reason": debit.reason,
            },
        )
        return Receipt(balance=_balance(fields), tx_id=fields.get("tx_id"))


def _balance(fields: dict[str, Any]) -> Decimal:
    try:
        return amount(fields.get("balance"))
    except ValueError as error:
        raise NoAnswerError(f"billing's answer lacks a balance: {error}") from error
