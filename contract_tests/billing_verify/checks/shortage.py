"""What must come of a debit of more than the balance."""

from __future__ import annotations

from contextlib import suppress
from http.client import FORBIDDEN, OK
from typing import TYPE_CHECKING

from billing_verify.amounts import money
from billing_verify.comparison import Comparison
from billing_verify.errors import (
    ClauseBrokenError,
    UnreadableResponseError,
    raise_together,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from billing_verify.account import TestAccount
    from billing_verify.client.exchange import Response

CLAUSES = ("debit.insufficient", "debit.never-negative")


def assert_refused(response: Response, account: TestAccount, left: Decimal) -> None:
    """Raise ClauseBrokenError, or an ExceptionGroup of them, where the debit was not refused, or the account is in debt.

    `left` is what the account holds after the debit, in units.
    """
    raise_together("a debit of more than the balance", _broken(response, account, left))


def _broken(
    response: Response, account: TestAccount, left: Decimal
) -> Iterator[ClauseBrokenError]:
    if response.status != FORBIDDEN:
        yield ClauseBrokenError(
            "debit.insufficient",
            Comparison(
                expected=int(FORBIDDEN),
                actual=response.status,
                body=response.shown_body,
            ),
        )
    elif left != money(account.opening):
        yield ClauseBrokenError(
            "debit.insufficient",
            Comparison(
                expected=money(account.opening),
                actual=left,
                after_status=response.status,
            ),
        )
    lowest = left
    with suppress(UnreadableResponseError):
        if response.status == OK:
            lowest = min(left, response.balance)
    if lowest < 0:
        yield ClauseBrokenError(
            "debit.never-negative",
            Comparison(expected=0, actual=lowest, relation=">="),
        )
