"""How the text of an option becomes a value. Each function takes the option's name and its text.

Each raises SettingsError, with the name in the message, for a text that has no meaning.
"""

from __future__ import annotations

import os
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from billing_contract import NotJsonError, load_contract, parse_json
from billing_verify.client.keys import KEY_VARIABLE
from billing_verify.config.profiles import PROFILES
from billing_verify.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from billing_verify.config.profiles import Profile


def texts(_name: str, given: Iterable[str]) -> tuple[str, ...]:
    """Return the texts as they are."""
    return tuple(given)


def profile(_name: str, given: str) -> Profile:
    """Return the profile of this name, which is one of PROFILES."""
    return PROFILES[given]


def units(name: str, text: str) -> Decimal:
    """Return an amount of units, 0 or more. Raises SettingsError for anything else."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise SettingsError(
            f"{name} {text}: must be an amount of units such as 25 or 0.50"
        )
    return amount


def positive(name: str, text: str) -> float:
    """Return a number above 0. Raises SettingsError for anything else."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise SettingsError(f"{name} {text}: must be a number above 0")
    return value


def positive_or_none(name: str, text: str | None) -> float | None:
    """Return a number above 0, None for no text. Raises SettingsError for anything else."""
    return positive(name, text) if text else None


def clause_ids(name: str, ids: Iterable[str]) -> frozenset[str]:
    """Return ids of clauses. Raises SettingsError for one that the contract does not have."""
    for each in ids:
        if each not in load_contract().clauses:
            raise SettingsError(
                f"{name} {each}: no such clause; billing-verify --list prints them"
            )
    return frozenset(ids)


def headers(name: str, texts: Iterable[str]) -> dict[str, str]:
    """Return `NAME: VALUE` texts as a dictionary. Raises SettingsError for any other text."""
    return dict(_pair(name, text, ":") for text in texts)


def fields(name: str, texts: Iterable[str]) -> dict[str, Any]:
    """Return fields that the contract does not list: `NAME=VALUE` is a text, `NAME:=VALUE` is JSON.

    Raises SettingsError for any other text, for a name that stands twice, and for a field that the
    tests set themselves.
    """
    found: dict[str, Any] = {}
    for text in texts:
        field, value = _pair(name, text, "=")
        if field.endswith(":"):
            field, value = field[:-1].rstrip(), _json(name, text, value)
        if field in _set_by_tests():
            raise SettingsError(
                f"{name} {text}: {field} is a field of the contract, and the tests set it themselves; "
                "name a field that the contract does not list"
            )
        if field in found:
            raise SettingsError(f"{name} {text}: {field} is named twice")
        found[field] = value
    return found


def existing_file(name: str, path: str | None) -> str | None:
    """Return the path of a file, None for no path. Raises SettingsError where there is no file."""
    if path is not None and not Path(path).is_file():
        raise SettingsError(f"{name} {path}: no such file")
    return path


def path_or_none(_name: str, text: str | None) -> Path | None:
    """Return a path, None for no text."""
    return Path(text) if text else None


def key(name: str, path: str | None) -> str:
    """Return the key from a file, without a path from the environment; empty where there is none.

    Raises SettingsError where the file cannot be read.
    """
    if not path:
        return os.environ.get(KEY_VARIABLE, "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"--{name} {path}: cannot be read: {error}") from error


def _json(name: str, text: str, value: str) -> Any:
    try:
        return parse_json(value.encode())
    except NotJsonError as error:
        raise SettingsError(
            f"{name} {text}: what follows := is not JSON: {error}; write NAME=VALUE for a text"
        ) from error


def _set_by_tests() -> frozenset[str]:
    """Return the fields of the documented operations, and what the provisional ones require."""
    contract = load_contract()
    names: set[str] = set()
    for operation in contract.operations.values():
        if operation.provisional and operation.request_schema:
            schema = contract.parsed["components"]["schemas"][operation.request_schema]
            names.update(schema["required"])
        else:
            names.update(contract.fields_of(operation))
    return frozenset(names)


def _pair(name: str, text: str, separator: str) -> tuple[str, str]:
    left, found, right = text.partition(separator)
    if not found or not left.strip():
        raise SettingsError(f"{name} {text}: must be NAME{separator}VALUE")
    return left.strip(), right.strip()
