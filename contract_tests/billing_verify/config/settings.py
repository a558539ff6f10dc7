"""Makes the options of a run from the command line, a TOML file and the defaults."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_contract.settings_table import SettingsTableError, read_settings_table
from billing_verify.config import values
from billing_verify.config.options import ALL_OPTIONS, OPTION_OF_FIELD, Options
from billing_verify.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from billing_verify.config.option import Option

TABLE = "billing-verify"
DEVIATIONS = "known-deviation"
_SETTINGS = {option.name: option for option in ALL_OPTIONS if option.kind != "file"}


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """The contents of a TOML file: values by option name, and reasons of known deviations by clause."""

    values: dict[str, Any]
    deviations: dict[str, str]


NO_FILE = SettingsFile({}, {})


def read_settings(path: Path) -> SettingsFile:
    """Read `[tool.billing-verify]` of a pyproject.toml, or the whole of another TOML file.

    Raises SettingsError for a file that cannot be read, a setting that does not exist, and a value
    of another type than the setting has.
    """
    try:
        table = read_settings_table(path, TABLE)
    except SettingsTableError as error:
        raise SettingsError(str(error)) from error
    deviations = _deviations(table.pop(DEVIATIONS, []), path)
    return SettingsFile(
        {name: _checked(name, value, path) for name, value in table.items()}, deviations
    )


def make_options(
    url: str | None,
    given: Mapping[str, Any],
    in_file: Mapping[str, Any],
    deviations: Mapping[str, str],
) -> Options:
    """Return the options of a run. Raises SettingsError for a value that cannot be used.

    `given` (on the command line) goes before `in_file`, and that before the default. Both are by
    option name; None in `given` means that the option was not given.
    """

    def value_of(option: Option) -> Any:
        value = given.get(option.name)
        if value is None:
            value = in_file.get(option.name, option.unset)
        return option.read(option.name, value)

    return Options(
        url=url,
        deviations={
            clause: deviations[clause]
            for clause in values.clause_ids(DEVIATIONS, deviations)
        },
        **{name: value_of(option) for name, option in OPTION_OF_FIELD.items()},
    )


def _checked(name: str, value: Any, path: Path) -> Any:
    option = _SETTINGS.get(name)
    if option is None:
        known = ", ".join(_SETTINGS)
        raise SettingsError(
            f"{path}: {name}: no such setting; there are: {known}, {DEVIATIONS}"
        )
    match option.kind, value:
        case "flag", bool():
            return value
        case "list", list() if all(isinstance(each, str) for each in value):
            return tuple(value)
        case "text", str() | int() | Decimal() if not isinstance(value, bool):
            return _chosen(option, value, path)
    wanted = {
        "flag": "true or false",
        "list": "a list of texts",
        "text": "a text or a number",
    }[option.kind]
    raise SettingsError(f"{path}: {name}: must be {wanted}")


def _chosen(option: Option, value: str | int | Decimal, path: Path) -> str:
    if option.choices and value not in option.choices:
        raise SettingsError(
            f"{path}: {option.name}: {value!r} is none of {', '.join(option.choices)}"
        )
    return str(value)


def _deviations(entries: Any, path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in entries if isinstance(entries, list) else [entries]:
        if (
            not isinstance(entry, dict)
            or set(entry) != {"clause", "reason"}
            or not all(entry.values())
        ):
            raise SettingsError(
                f"{path}: each {DEVIATIONS} must have a clause and a reason, and nothing else"
            )
        found[str(entry["clause"])] = str(entry["reason"])
    return found
