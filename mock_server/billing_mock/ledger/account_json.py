"""Reads accounts from parsed JSON or YAML, and checks them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_mock.ledger.account import Account, Plan
from billing_mock.ledger.amounts import BALANCE_LIMIT, DECIMALS_MAX, exact_decimals
from billing_mock.ledger.expiry import read_expiry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_PLAN_FIELDS = ("plan_code", "expires_at", "status")


def account_from_json(user_id: str, value: Any, *, now: datetime) -> Account:
    """Return the account of the user that `{"balance": …, "plan": …}` describes; numbers are Decimal.

    An expiry such as `+30d` is that many days after `now`. Raises ValueError, which names the
    field and what it must be, where it describes none.
    """
    _refuse_surrogates("user_id", user_id)
    if not isinstance(value, dict):
        raise ValueError('must be an object such as {"balance": 742.0, "plan": null}')
    for name in value:
        if name not in ("user_id", "balance", "plan"):
            raise ValueError(f"{name}: no such field; an account has balance and plan")
    return Account(
        user_id=user_id, balance=_balance(value), plan=_plan(value.get("plan"), now)
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
    return abs(balance) if balance.is_zero() else balance


def _plan(value: Any, now: datetime) -> Plan | None:
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
        _refuse_surrogates(f"plan.{name}", value[name] or "")
    try:
        expires = value["expires_at"]
        expires = None if expires is None else read_expiry(expires, now)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"plan.expires_at: {error}") from None
    return Plan(
        plan_code=value["plan_code"], expires_at=expires, status=value["status"]
    )


def _refuse_surrogates(name: str, text: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError(f"{name}: holds half of a surrogate pair, which is no text")
