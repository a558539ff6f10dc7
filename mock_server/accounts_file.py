"""Reads `--accounts FILE`, a YAML file of starting accounts; errors name the line and the remedy."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from mock_server.accounts import Account, account_from_json

if TYPE_CHECKING:
    from pathlib import Path

_RELATIVE = re.compile(r"([+-]\d{1,5})d")
_EXAMPLE = "accounts:\n  - user_id: alice\n    balance: 10.50\n"


class AccountsFileError(Exception):
    """The file cannot be used; the message names file, line, fault and remedy."""


class _DecimalLoader(yaml.SafeLoader):
    """YAML whose numbers are Decimal, and whose dates stay text."""


def _number(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    text = loader.construct_scalar(node)
    try:
        return Decimal(text.replace("_", ""))
    except ArithmeticError as error:
        raise yaml.constructor.ConstructorError(
            None, None, f"{text}: not a decimal number", node.start_mark
        ) from error


def _text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


_DecimalLoader.add_constructor("tag:yaml.org,2002:float", _number)
_DecimalLoader.add_constructor("tag:yaml.org,2002:int", _number)
_DecimalLoader.add_constructor("tag:yaml.org,2002:timestamp", _text)


def read_accounts(path: Path, *, now: datetime) -> tuple[Account, ...]:
    """The accounts of the file, in its order.

    An expiry such as `+30d` is that many days after `now`. Raises AccountsFileError.
    """
    text = _read(path)
    try:
        accounts = _accounts(_DecimalLoader(text), path, now)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise AccountsFileError(f"{path}{line}: not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise AccountsFileError(f"{path}: not YAML: {error}") from error
    _refuse_twins(accounts, path)
    return accounts


def _accounts(
    loader: yaml.SafeLoader, path: Path, now: datetime
) -> tuple[Account, ...]:
    entries = _entries(loader.get_single_node(), path)
    return tuple(_account(loader, node, path, now) for node in entries)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise AccountsFileError(
            f"{path}: no such file. Write one such as:\n{_EXAMPLE}"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise AccountsFileError(f"{path}: cannot be read: {error}") from error


def _entries(root: yaml.Node | None, path: Path) -> list[yaml.Node]:
    if isinstance(root, yaml.MappingNode) and len(root.value) == 1:
        name, entries = root.value[0]
        if name.value == "accounts" and isinstance(entries, yaml.SequenceNode):
            return list(entries.value)
    raise AccountsFileError(
        f"{path}: must hold one list named accounts, such as:\n{_EXAMPLE}"
    )


def _account(
    loader: yaml.SafeLoader, node: yaml.Node, path: Path, now: datetime
) -> Account:
    value: Any = loader.construct_object(node, deep=True)
    place = f"{path}, line {node.start_mark.line + 1}"
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


def _refuse_twins(accounts: tuple[Account, ...], path: Path) -> None:
    seen: set[str] = set()
    for account in accounts:
        if account.user_id in seen:
            raise AccountsFileError(
                f"{path}: the user {account.user_id!r} stands twice; keep one of the two"
            )
        seen.add(account.user_id)
