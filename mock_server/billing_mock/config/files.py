"""Reads accounts and faults from the YAML files of `--accounts` and `--faults`, or from parsed entries.

Errors name file, line and remedy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_mock.config.yaml_entries import SettingsFileError, read_entries
from billing_mock.faults import Fault, FaultError, Trigger, fault_from_json
from billing_mock.ledger.account_json import account_from_json, refuse_duplicates

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from billing_mock.ledger.account import Account

_ACCOUNTS_EXAMPLE = "accounts:\n  - user_id: alice\n    balance: 10.50\n"
_FAULTS_EXAMPLE = (
    "faults:\n  - kind: lose_response\n    operation: debit\n    times: 1\n"
)


def read_accounts(path: Path, *, now: datetime) -> tuple[Account, ...]:
    """Return the accounts of the file, in its order. Balances are Decimal.

    An expiry such as `+30d` is that many days after `now`. Raises SettingsFileError when the file
    cannot be read, is not YAML, or holds an account that is not valid or stands twice.
    """
    entries = [
        (f"{path}, line {line}", value)
        for line, value in read_entries(path, "accounts", example=_ACCOUNTS_EXAMPLE)
    ]
    return accounts_of(entries, str(path), now=now)


def accounts_of(
    entries: Iterable[tuple[str, Any]], source: str, *, now: datetime
) -> tuple[Account, ...]:
    """Return the accounts that stand at these places of a source, of which several may be one line; see `read_accounts`. Raises SettingsFileError."""
    accounts = tuple(_account(value, place, now) for place, value in entries)
    try:
        refuse_duplicates(accounts)
    except ValueError as error:
        raise SettingsFileError(f"{source}: {error}") from error
    return accounts


def read_faults(path: Path) -> tuple[tuple[Fault, Trigger], ...]:
    """Return the faults of the file with their triggers, in its order.

    Raises SettingsFileError when the file cannot be read, is not YAML, or holds a fault that is not
    valid.
    """
    return faults_of(
        (f"{path}, line {line}", value)
        for line, value in read_entries(path, "faults", example=_FAULTS_EXAMPLE)
    )


def faults_of(entries: Iterable[tuple[str, Any]]) -> tuple[tuple[Fault, Trigger], ...]:
    """Return the faults that stand at these places, with their triggers. Raises SettingsFileError."""
    return tuple(_fault(value, place) for place, value in entries)


def _account(value: Any, place: str, now: datetime) -> Account:
    user_id = value.get("user_id") if isinstance(value, dict) else None
    if not isinstance(user_id, str) or not user_id:
        raise SettingsFileError(
            f"{place}: user_id: must be a text; write a user id made of digits in quotes"
        )
    try:
        return account_from_json(user_id, value, now=now)
    except ValueError as error:
        raise SettingsFileError(f"{place}, account {user_id!r}: {error}") from error


def _fault(value: Any, place: str) -> tuple[Fault, Trigger]:
    try:
        return fault_from_json(value)
    except FaultError as error:
        raise SettingsFileError(f"{place}: {error}") from error
