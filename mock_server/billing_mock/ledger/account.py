"""Accounts as the mock starts with them: the document's own, or those of a YAML file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_mock.ledger.ledger import BALANCE_LIMIT, DECIMALS_MAX

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan of a user. `expires_at` is RFC 3339 text, or None."""

    plan_code: str
    expires_at: str | None
    status: str

    def as_json(self) -> dict[str, str | None]:
        """As the balance operation tells it."""
        return {
            "plan_code": self.plan_code,
            "expires_at": self.expires_at,
            "status": self.status,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as it is opened: user, balance in units, plan or None."""

    user_id: str
    balance: Decimal
    plan: Plan | None = None


DOCUMENT_USER = "11111111-1111-1111-1111-111111111111"
DOCUMENT_PLAN = Plan(
    plan_code="base750", expires_at="2025-07-31T10:00:00Z", status="active"
)
DOCUMENT_ACCOUNTS = (
    Account(user_id=DOCUMENT_USER, balance=Decimal("742.0"), plan=DOCUMENT_PLAN),
    Account(user_id="test-user", balance=Decimal("742.0")),
)

_PLAN_FIELDS = ("plan_code", "expires_at", "status")


def exact_decimals(value: Decimal) -> int:
    """How many decimals the value needs: 2.50 needs one."""
    text = (
        format(value, "f")
        if value.adjusted() > -DECIMALS_MAX * 2
        else "0." + "0" * DECIMALS_MAX + "1"
    )
    return len(text.partition(".")[2].rstrip("0"))


def account_from_json(user_id: str, value: Any) -> Account:
    """Read `{"balance": …, "plan": …}`. Raises ValueError, which says what is wrong and where."""
    if not isinstance(value, dict):
        raise ValueError('must be an object such as {"balance": 742.0, "plan": null}')
    for name in value:
        if name not in ("user_id", "balance", "plan"):
            raise ValueError(f"{name}: no such field; an account has balance and plan")
    return Account(
        user_id=user_id, balance=_balance(value), plan=_plan(value.get("plan"))
    )


def refuse_duplicates(accounts: Iterable[Account]) -> None:
    """Raises ValueError where a user has two of the accounts."""
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
