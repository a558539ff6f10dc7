"""A gateway's calls through the generated Python client: each answer and each error body with its type.

Generated clients carry amounts as float. This module takes units as Decimal, and `amount` turns the
float of an answer into a Decimal.
"""

from __future__ import annotations

import os
from decimal import Decimal
from http import HTTPStatus

from billing_client import AuthenticatedClient
from billing_client.api.billing import check_balance, debit_balance, get_balance
from billing_client.models import (
    BalanceResult,
    CheckRequest,
    CheckResult,
    DebitRequest,
    DebitResult,
    ErrorBody,
    ErrorDetails,
    Plan,
)
from billing_client.types import Unset


def connect(key: str) -> AuthenticatedClient:
    """Return a client that sends the key in X-Internal-Key and raises for undocumented statuses."""
    return AuthenticatedClient(
        base_url=os.environ["BILLING_SERVICE_URL"],
        token=key,
        prefix="",
        auth_header_name="X-Internal-Key",
        raise_on_unexpected_status=True,
    )


def check(billing: AuthenticatedClient, user_id: str, units: Decimal) -> str:
    """Return in words whether the user could pay `units`.

    Raises AssertionError should the client return nothing, which it does for undocumented statuses
    only when it is set up not to raise.
    """
    body = CheckRequest(user_id=user_id, units=float(units))
    match check_balance.sync(client=billing, body=body):
        case CheckResult(allowed=allowed, balance=balance):
            return f"{'allowed' if allowed else 'refused'}, balance {amount(balance)}"
        case ErrorBody() as error:
            return reason(error)
        case None:
            raise AssertionError("the client raises for undocumented statuses")


def debit(billing: AuthenticatedClient, user_id: str, units: Decimal, ref: str) -> str:
    """Charge the user and return the outcome in words.

    Call it again with the same ref when no answer came: 409 then means that the first call charged
    the user. Raises AssertionError as `check` does.
    """
    body = DebitRequest(
        user_id=user_id, units=float(units), ref=ref, reason="chat_message"
    )
    answer = debit_balance.sync_detailed(client=billing, body=body)
    match answer.parsed:
        case DebitResult(balance=balance, tx_id=tx_id):
            return f"charged, {amount(balance)} left, tx_id {tx_id}"
        case ErrorBody() as error if answer.status_code is HTTPStatus.CONFLICT:
            return f"charged before: {reason(error)}"
        case ErrorBody() as error if answer.status_code is HTTPStatus.FORBIDDEN:
            return f"too little money: {reason(error)}"
        case ErrorBody() as error:
            return f"{answer.status_code.value}: {reason(error)}"
        case None:
            raise AssertionError("the client raises for undocumented statuses")


def balance(billing: AuthenticatedClient, user_id: str) -> str:
    """Return the user's balance and plan in words.

    A plan may be absent, null or a placeholder that is not active. Raises AssertionError as `check` does.
    """
    match get_balance.sync(client=billing, user_id=user_id):
        case BalanceResult(balance=held, plan=Plan(status="active") as plan):
            return f"{amount(held)} on plan {plan.plan_code}"
        case BalanceResult(balance=held):
            return f"{amount(held)} without a plan"
        case ErrorBody() as error:
            return reason(error)
        case None:
            raise AssertionError("the client raises for undocumented statuses")


def reason(error: ErrorBody) -> str:
    """Return the text of an error, in whichever documented form it came."""
    match error.detail:
        case str() as words:
            return words
        case list() as fields:
            return "; ".join(f"{field.loc}: {field.msg}" for field in fields)
        case ErrorDetails() as details:
            return str(details.to_dict())
        case Unset():
            return "no reason given"


def amount(number: float) -> Decimal:
    """Return the Decimal of the JSON text, of which a float keeps up to 15 digits."""
    return Decimal(str(number))


def main() -> None:
    """Print every kind of answer that a gateway has to handle."""
    billing = connect(os.environ["BILLING_SERVICE_TOKEN"])
    user, with_plan = "test-user", "11111111-1111-1111-1111-111111111111"
    ref = "order-1"
    for title, answer_text in [
        ("check", check(billing, user, Decimal("2.5"))),
        ("check too much", check(billing, user, Decimal(10_000))),
        ("debit", debit(billing, user, Decimal("2.5"), ref)),
        ("same ref", debit(billing, user, Decimal("2.5"), ref)),
        ("debit too much", debit(billing, user, Decimal(10_000), "order-2")),
        ("debit of nothing", debit(billing, user, Decimal(0), "order-3")),
        ("wrong key", debit(connect("wrong"), user, Decimal("2.5"), "order-4")),
        ("balance", balance(billing, user)),
        ("balance with plan", balance(billing, with_plan)),
    ]:
        print(f"{title}: {answer_text}")


if __name__ == "__main__":
    main()
