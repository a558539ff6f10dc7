"""What a refusal is due to. Nothing is observed from one that has another cause than the thing that is looked at."""

from __future__ import annotations

from http.client import FORBIDDEN, NOT_FOUND, OK, PAYMENT_REQUIRED, UNAUTHORIZED
from typing import TYPE_CHECKING, TypeVar

from billing_verify.checks.named_fields import named_fields
from billing_verify.errors import PremiseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from billing_verify.account import TestAccount
    from billing_verify.amounts import Amount
    from billing_verify.client.billing_client import BillingClient
    from billing_verify.client.exchange import Response

Value = TypeVar("Value")

_WRONG_DATA = (400, 413, 422)
_OTHER_CAUSES = (UNAUTHORIZED, PAYMENT_REQUIRED, FORBIDDEN, NOT_FOUND)


def require_taken(response: Response) -> Response:
    """Return the answer to a request without the thing that is looked at. Raises PremiseError where it was refused too."""
    if response.status != OK:
        raise PremiseError(
            f"the same request without what is looked at was refused too: {response.status} {response.shown_body}"
        )
    return response


def require_about(response: Response, field: str) -> Response:
    """Return an answer, or raise PremiseError where it is a refusal for another reason than this field.

    Those are refusals for the key, the money or the user, and refusals that name other fields.
    """
    named = named_fields(response) if response.status in _WRONG_DATA else []
    if response.status in _OTHER_CAUSES or (named and field not in named):
        raise PremiseError(
            f"the refusal is about something else than {field}: {response.status} {response.shown_body}"
        )
    return response


def first_refused(
    send: Callable[[Value], Response], values: Iterable[Value], field: str
) -> Value | None:
    """Return the first value that is refused as wrong data, None where all are taken.

    Raises PremiseError for a refusal with another cause than the field.
    """
    for value in values:
        response = require_about(send(value), field)
        if response.status in _WRONG_DATA:
            return value
        require_taken(response)
    return None


def require_short_of(
    billing: BillingClient, account: TestAccount, units: Amount
) -> None:
    """Raise PremiseError unless a check shows that these units are proper, and more than the account can pay."""
    if require_taken(billing.check(account, units=units)).allowed:
        raise PremiseError(f"{account.user_id} can pay {units} units")


def require_payable(
    billing: BillingClient, account: TestAccount, units: Amount
) -> None:
    """Raise PremiseError unless a check shows that the account can pay these units."""
    if not require_taken(billing.check(account, units=units)).allowed:
        raise PremiseError(f"{account.user_id} cannot pay {units} units")
