"""Reads `--accounts FILE`, a YAML file of starting accounts; errors name the line and the remedy."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from billing_mock.config.yaml_file import YamlFileError, entries_of
from billing_mock.ledger.account import Account, account_from_json, refuse_duplicates

if TYPE_CHECKING:
    from pathlib import Path

_RELATIVE = re.compile(r"([+-]\d{1,5})d")
_EXAMPLE = "accounts:\n  - user_id: alice\n    balance: 10.50\n"


class AccountsFileError(Exception):
    """The file cannot be used; the message names file, line, fault and remedy."""


def read_accounts(path: Path, *, now: datetime) -> tuple[Account, ...]:
    """The accounts of the file, in its order.

    An expiry such as `+30d` is that many days after `now`. Raises AccountsFileError.
    """
    try:
        entries = entries_of(path, "accounts", example=_EXAMPLE)
    except YamlFileError as error:
        raise AccountsFileError(str(error)) from error
    accounts = tuple(
        _account(value, f"{path}, line {line}", now) for line, value in entries
    )
    try:
        refuse_duplicates(accounts)
    except ValueError as error:
        raise AccountsFileError(f"{path}: {error}") from error
    return accounts


def _account(value: Any, place: str, now: datetime) -> Account:
    user_id = value.get("user_id") if isinstance(value, dict) else None
    if not isinstance(user_id, str) or not user_id:
        raise AccountsFileError(
            f"{place}: user_id: must be a text; write a user id made of digits in quotes"
        )
    try:
        return account_from_json(user_id, _with_absolute_expiry(value, now))
    except ValueError as error:
        raise AccountsFileError(f"{place}, account {user_id!r}: {error}") from error


def _with_absolute_expiry(value: dict[str, Any], now: datetime) -> dict[str, Any]:
    plan = value.get("plan")
    if not isinstance(plan, dict):
        return value
    expires = plan.get("expires_at")
    relative = _RELATIVE.fullmatch(expires) if isinstance(expires, str) else None
    if relative is None:
        return value
    moment = now.astimezone(UTC) + timedelta(days=int(relative[1]))
    return {
        **value,
        "plan": {**plan, "expires_at": moment.strftime("%Y-%m-%dT%H:%M:%SZ")},
    }
