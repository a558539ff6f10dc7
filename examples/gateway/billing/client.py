"""The client of the billing service's three operations: check, debit, balance."""

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
    """A user's balance in units and plan: None, or the service's object with plan_code, expires_at and status."""

    balance: Decimal
    plan: dict[str, Any] | None


class BillingClient:
    """A client of one billing service. Use it as an async context manager, one for the whole gateway.

    `retry` sets the pauses between the attempts of a debit; `transport` replaces httpx's in tests.
    Every method may raise any BillingServiceError.
    """

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
        """Return whether the user could pay `units` now (document, "1. Проверка баланса (Pre-check)").

        Nothing is reserved: the debit may still be refused. Raises ValueError when `units` is not a
        Decimal above 0, NoAnswerError when no answer came or it cannot be read, RequestRefusedError
        when the service refuses the request.
        """
        fields = await self._exchange.post(
            "/internal/billing/check",
            {"user_id": user_id, "units": checked_units(units)},
        )
        if not isinstance(fields.get("allowed"), bool):
            raise NoAnswerError("billing's answer to a check lacks allowed")
        return bool(fields["allowed"])

    async def balance(self, user_id: str) -> Balance:
        """Return the user's balance and plan (document, "3. Получение баланса").

        Raises NoAnswerError when no answer came or it cannot be read, RequestRefusedError when the
        service refuses the request.
        """
        fields = await self._exchange.get(
            "/internal/billing/balance", {"user_id": user_id}
        )
        return Balance(balance=_balance(fields), plan=fields.get("plan"))

    async def debit(self, debit: Debit, *, maybe_sent: bool = False) -> Receipt:
        """Charge the user once and return the receipt (document, "2. Списание средств").

        A request without a usable answer is sent again with the same ref, after each pause of the
        retry settings. Set `maybe_sent` when an earlier process may have sent this debit: a used
        ref (409) then means that it was charged.

        Raises InsufficientFundsError, DuplicateTransactionError or RequestRefusedError when this
        debit charged nothing, and OutcomeUnknownError when that is still unknown after the last attempt.
        """
        pauses = iter(self._retry.pauses_seconds)
        while True:
            try:
                return await self._send(debit)
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
                # An earlier attempt may have been charged before this one was refused, say for a changed key.
                if not maybe_sent:
                    raise
                raise OutcomeUnknownError(debit.ref) from error

    async def close(self) -> None:
        """Close all connections."""
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

    async def _send(self, debit: Debit) -> Receipt:
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
