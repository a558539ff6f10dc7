"""Reads the settings of the command billing-mock from a TOML file: its options, and accounts and faults in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from billing_contract.settings_table import SettingsTableError, read_settings_table
from billing_mock.config.files import accounts_of, faults_of
from billing_mock.config.yaml_entries import SettingsFileError

if TYPE_CHECKING:
    from pathlib import Path

    from billing_mock.faults import Fault, Trigger
    from billing_mock.ledger.account import Account

TABLE: Final = "billing-mock"
_TEXTS: Final = ("host", "upstream")
_FILES: Final = ("key-file", "accounts", "faults", "like")
_LISTS: Final = ("choice", "deviation")
NAMES: Final = ("port", "log", *_TEXTS, *_FILES, *_LISTS)
_PORT_MAX: Final = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsFile:
    """The contents of a file of settings.

    `options` are values by the name of the option; files are named relative to the current folder.
    `accounts` and `faults` are those that stand in the file itself, None where none do.
    """

    options: dict[str, Any]
    accounts: tuple[Account, ...] | None = None
    faults: tuple[tuple[Fault, Trigger], ...] | None = None


NO_FILE: Final = SettingsFile(options={})


def read_settings_file(path: Path, *, now: datetime) -> SettingsFile:
    """Read `[tool.billing-mock]` of a pyproject.toml, or the whole of another TOML file.

    An expiry such as `+30d` is that many days after `now`. Raises SettingsFileError for a file that
    cannot be read, a setting that does not exist, and a value that the setting cannot have.
    """
    try:
        table = read_settings_table(path, TABLE)
    except SettingsTableError as error:
        raise SettingsFileError(str(error)) from error
    inline = {
        name: _entries(table.pop(name), name, path)
        for name in ("accounts", "faults")
        if isinstance(table.get(name), list)
    }
    options = {name: _checked(name, value, path) for name, value in table.items()}
    return SettingsFile(
        options=options,
        accounts=accounts_of(inline["accounts"], str(path), now=now)
        if "accounts" in inline
        else None,
        faults=faults_of(inline["faults"]) if "faults" in inline else None,
    )


def _entries(values: list[Any], name: str, path: Path) -> list[tuple[str, Any]]:
    return [
        (f"{path}: {name}[{place}]", _exact(value))
        for place, value in enumerate(values)
    ]


def _exact(value: Any) -> Any:
    """Return a value of TOML as one of JSON: numbers are Decimal, dates and times texts."""
    match value:
        case bool():
            return value
        case int():
            return Decimal(value)
        case datetime() | date() | time():
            return value.isoformat()
        case list():
            return [_exact(each) for each in value]
        case dict():
            return {name: _exact(each) for name, each in value.items()}
    return value


def _checked(name: str, value: Any, path: Path) -> Any:
    if name not in NAMES:
        raise SettingsFileError(
            f"{path}: {name}: no such setting; there are: {', '.join(NAMES)}"
        )
    match value:
        case int() if name == "port" and type(value) is int and 0 <= value <= _PORT_MAX:
            return value
        case "text" | "json" if name == "log":
            return value
        case str() if name in _TEXTS:
            return value
        case str() if name in _FILES:
            return path.parent / value
        case list() if name in _LISTS and all(isinstance(each, str) for each in value):
            return tuple(value)
    raise SettingsFileError(f"{path}: {name}: must be {_wanted(name)}")


def _wanted(name: str) -> str:
    match name:
        case "port":
            return f"a whole number from 0 to {_PORT_MAX}"
        case "log":
            return "text or json"
        case "accounts" | "faults":
            return f"the name of a file, or tables [[{name}]]"
        case "choice":
            return 'a list of texts such as ["no-plan=absent"]'
        case "deviation":
            return 'a list of texts such as ["required-field=action"]'
    return "the name of a file" if name in _FILES else "a text"
