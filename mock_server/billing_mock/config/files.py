"""Reads the YAML files of `--accounts` and `--faults`; errors name file, line and remedy."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from billing_mock.faults import Fault, FaultError, Trigger, fault_from_json
from billing_mock.ledger.account_json import account_from_json, refuse_duplicates

if TYPE_CHECKING:
    from pathlib import Path

    from billing_mock.ledger.account import Account

_ACCOUNTS_EXAMPLE = "accounts:\n  - user_id: alice\n    balance: 10.50\n"
_FAULTS_EXAMPLE = (
    "faults:\n  - kind: lose_response\n    operation: debit\n    times: 1\n"
)
_RELATIVE_EXPIRY = re.compile(r"([+-]\d{1,5})d")


class SettingsFileError(Exception):
    """A file cannot be used. The message names file, line, error and remedy."""


def read_accounts(path: Path, *, now: datetime) -> tuple[Account, ...]:
    """Return the accounts of the file, in its order. Balances are Decimal.

    An expiry such as `+30d` is that many days after `now`. Raises SettingsFileError when the file
    cannot be read, is not YAML, or holds an account that is not valid or stands twice.
    """
    accounts = tuple(
        _account(value, f"{path}, line {line}", now)
        for line, value in _read_entries(path, "accounts", example=_ACCOUNTS_EXAMPLE)
    )
    try:
        refuse_duplicates(accounts)
    except ValueError as error:
        raise SettingsFileError(f"{path}: {error}") from error
    return accounts


def read_faults(path: Path) -> tuple[tuple[Fault, Trigger], ...]:
    """Return the faults of the file with their triggers, in its order.

    Raises SettingsFileError when the file cannot be read, is not YAML, or holds a fault that is not
    valid.
    """
    return tuple(
        _fault(value, f"{path}, line {line}")
        for line, value in _read_entries(path, "faults", example=_FAULTS_EXAMPLE)
    )


def _account(value: Any, place: str, now: datetime) -> Account:
    user_id = value.get("user_id") if isinstance(value, dict) else None
    if not isinstance(user_id, str) or not user_id:
        raise SettingsFileError(
            f"{place}: user_id: must be a text; write a user id made of digits in quotes"
        )
    try:
        return account_from_json(user_id, _with_absolute_expiry(value, now))
    except ValueError as error:
        raise SettingsFileError(f"{place}, account {user_id!r}: {error}") from error


def _with_absolute_expiry(value: dict[str, Any], now: datetime) -> dict[str, Any]:
    plan = value.get("plan")
    if not isinstance(plan, dict):
        return value
    expires = plan.get("expires_at")
    relative = _RELATIVE_EXPIRY.fullmatch(expires) if isinstance(expires, str) else None
    if relative is None:
        return value
    moment = now.astimezone(UTC) + timedelta(days=int(relative[1]))
    return {
        **value,
        "plan": {**plan, "expires_at": moment.strftime("%Y-%m-%dT%H:%M:%SZ")},
    }


def _fault(value: Any, place: str) -> tuple[Fault, Trigger]:
    try:
        return fault_from_json(value)
    except FaultError as error:
        raise SettingsFileError(f"{place}: {error}") from error


class _DecimalLoader(yaml.SafeLoader):
    """A YAML loader that makes numbers Decimal and leaves dates text."""


def _decimal(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    text = loader.construct_scalar(node)
    try:
        return Decimal(text.replace("_", ""))
    except ArithmeticError as error:
        raise yaml.constructor.ConstructorError(
            None, None, f"{text}: not a decimal number", node.start_mark
        ) from error


def _text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


_DecimalLoader.add_constructor("tag:yaml.org,2002:float", _decimal)
_DecimalLoader.add_constructor("tag:yaml.org,2002:int", _decimal)
_DecimalLoader.add_constructor("tag:yaml.org,2002:timestamp", _text)


def _read_entries(path: Path, name: str, *, example: str) -> list[tuple[int, Any]]:
    """Return the entries of the file's one list, each with its line, counted from 1.

    `example` is a right file; the error shows it where there is no file or no list of that name.
    """
    text = _read_text(path, example)
    try:
        loader = _DecimalLoader(text)
        nodes = _nodes_of_list(loader.get_single_node(), name)
        if nodes is None:
            raise SettingsFileError(
                f"{path}: must hold one list named {name}, such as:\n{example}"
            )
        return [
            (node.start_mark.line + 1, loader.construct_object(node, deep=True))
            for node in nodes
        ]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise SettingsFileError(f"{path}{line}: not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise SettingsFileError(f"{path}: not YAML: {error}") from error


def _read_text(path: Path, example: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SettingsFileError(
            f"{path}: no such file. Write one such as:\n{example}"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsFileError(f"{path}: cannot be read: {error}") from error


def _nodes_of_list(root: yaml.Node | None, name: str) -> list[yaml.Node] | None:
    if isinstance(root, yaml.MappingNode) and len(root.value) == 1:
        key, entries = root.value[0]
        if key.value == name and isinstance(entries, yaml.SequenceNode):
            return list(entries.value)
    return None
