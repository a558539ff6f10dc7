"""A gateway's calls through the generated Python client: each answer, each error body, with its type.

Generated clients carry amounts as float. `amount` and `units` keep them decimal on our side.
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
    """A client that sends the key as the contract wants it, and raises for undocumented statuses."""
    return AuthenticatedClient(
        base_url=os.environ["BILLING_SERVICE_URL"],
        token=key,
        prefix="",
        auth_header_name="X-Internal-Key",
        raise_on_unexpected_status=True,
    )


def check(billing: AuthenticatedClient, user_id: str, units: Decimal) -> str:
    """Whether the user could pay."""
    body = CheckRequest(user_id=user_id, units=float(units))
    match check_balance.sync(client=billing, body=body):
        case CheckResult(allowed=allowed, balance=balance):
            return f"{'allowed' if allowed else 'refused'}, balance {amount(balance)}"
        case ErrorBody() as error:
            return reason(error)
        case None:
            raise AssertionError("the client raises for undocumented statuses")


def debit(billing: AuthenticatedClient, user_id: str, units: Decimal, ref: str) -> str:
    """Debit once, whatever happens: repeat a lost call with the same ref, and 409 is as good as 200."""
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
    """What the user has. A plan may be absent, null or a placeholder that is not active."""
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
    """The words of an error, in whichever documented form they came."""
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
    """The decimal that stood on the wire; a float keeps up to 15 digits of it."""
    return Decimal(str(number))


def main() -> None:
    """Every answer that a gateway has to know."""
    billing = connect(os.environ["BILLING_SERVICE_TOKEN"])
    user, with_plan = "test-user", "11111111-1111-1111-1111-111111111111"
    ref = "order-1"
    for title, said in [
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
        print(f"{title}: {said}")


if __name__ == "__main__":
    main()
