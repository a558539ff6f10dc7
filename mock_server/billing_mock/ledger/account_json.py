"""Reads accounts from parsed JSON or YAML, and checks them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_mock.ledger.account import Account, Plan
from billing_mock.ledger.amounts import BALANCE_LIMIT, DECIMALS_MAX, exact_decimals

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAN_FIELDS = ("plan_code", "expires_at", "status")


def account_from_json(user_id: str, value: Any) -> Account:
    """Return the account of the user that `{"balance": …, "plan": …}` describes; numbers are Decimal.

    Raises ValueError, which names the field and what it must be, where it describes none.
    """
    if not isinstance(value, dict):
        raise ValueError('must be an object such as {"balance": 742.0, "plan": null}')
    for name in value:
        if name not in ("user_id", "balance", "plan"):
            raise ValueError(f"{name}: no such field; an account has balance and plan")
    return Account(
        user_id=user_id, balance=_balance(value), plan=_plan(value.get("plan"))
    )


def refuse_duplicates(accounts: Iterable[Account]) -> None:
    """Raise ValueError, which names the user, where two of the accounts have the same user."""
    seen: set[str] = set()
    for account in accounts:
        if account.user_id in seen:
            raise ValueError(
                f"the user {account.user_id!r} stands twice; keep one of the two"
            )
        seen.add(account.user_id)


def _balance(value: dict[str, Any]) -> Decimal:
    balance = value.get("balance")
    if not isinstance(balance, Decimal):
        raise ValueError("balance: must be a number such as 742.0")
    if (
        not balance.is_finite()
        or not 0 <= balance < BALANCE_LIMIT
        or exact_decimals(balance) > DECIMALS_MAX
    ):
        raise ValueError(
            f"balance: must be at least 0, below 1e30, and have at most {DECIMALS_MAX} decimals"
        )
    return balance


def _plan(value: Any) -> Plan | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) != set(_PLAN_FIELDS):
        raise ValueError(
            "plan: must be null or an object with plan_code, expires_at and status"
        )
    for name in _PLAN_FIELDS:
        if not (
            isinstance(value[name], str)
            or (name == "expires_at" and value[name] is None)
        ):
            raise ValueError(f"plan.{name}: must be a string")
    return Plan(
        plan_code=value["plan_code"],
        expires_at=value["expires_at"],
        status=value["status"],
    )
