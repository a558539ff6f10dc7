"""Accounts and plans as the ledger opens them, and the document's own two accounts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan of a user (document, 3. Получение баланса). `expires_at` is RFC 3339 text, or None."""

    plan_code: str
    expires_at: str | None
    status: str

    def as_json(self) -> dict[str, str | None]:
        """Return the plan as the answer of getBalance holds it."""
        return {
            "plan_code": self.plan_code,
            "expires_at": self.expires_at,
            "status": self.status,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as it is opened: its user, its balance in units, and its plan or None."""

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
