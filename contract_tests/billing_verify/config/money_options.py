"""The options of a run that are about money: where it comes from, and how much may be spent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing_verify.config import values
from billing_verify.config.option import flag, text, texts
from billing_verify.errors import SettingsError

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyOptions:
    """Where accounts come from. `budget` is in units.

    Raises SettingsError where two ways to open accounts are named, or one account in two ways.
    """

    accounts: tuple[str, ...] = field(
        metadata=texts(
            "account", "USER_ID", "Funded account to debit; repeatable.", values.texts
        )
    )
    account_url: str | None = field(
        metadata=text(
            "account-url",
            "URL",
            "Hook that opens accounts: POST of user_id, balance, plan.",
        )
    )
    account_command: str | None = field(
        metadata=text(
            "account-command",
            "COMMAND",
            "Command that opens accounts: 'COMMAND {user_id} {balance}', run without a shell.",
        )
    )
    account_callable: str | None = field(
        metadata=text(
            "account-callable",
            "MODULE:FUNCTION",
            "Python function that opens accounts, called with user_id, balance, plan.",
        )
    )
    account_drain: tuple[str, ...] = field(
        metadata=texts(
            "account-drain",
            "USER_ID",
            "Account that may be emptied; 50 units are enough; repeatable.",
            values.texts,
        )
    )
    account_credit: bool = field(
        metadata=flag(
            "account-credit",
            "Open accounts by the deployment's own POST /internal/billing/credit.",
        )
    )
    budget: Decimal = field(
        metadata=text(
            "budget",
            "UNITS",
            "The most that the run may take from the accounts named with --account.",
            read=values.units,
            default="25",
        )
    )

    def __post_init__(self) -> None:
        if len(self._openers) > 1:
            raise SettingsError(
                f"name one way to open accounts, not {len(self._openers)}: {', '.join(self._openers)}"
            )
        if both := set(self.accounts) & set(self.account_drain):
            raise SettingsError(
                f"{', '.join(sorted(both))}: named with account and with account-drain; choose one"
            )

    @property
    def opens_accounts(self) -> bool:
        """Return whether the operator named a way to open accounts."""
        return bool(self._openers)

    @property
    def _openers(self) -> list[str]:
        given = {
            "account-url": self.account_url,
            "account-command": self.account_command,
            "account-callable": self.account_callable,
            "account-credit": self.account_credit,
        }
        return [name for name, value in given.items() if value]
