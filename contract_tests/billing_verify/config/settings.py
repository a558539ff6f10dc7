"""Every setting of a run, once: pytest's options, the command's options and the TOML file read this.

What the command line says goes before what the file says, and that before the default.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing_verify.config.profiles import PROFILES
from billing_verify.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

TABLE = "billing-verify"
DEVIATIONS = "known-deviation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting. `kind` is text, list (repeatable text), flag or file (text that stays on the command line)."""

    name: str
    help: str
    kind: str = "text"
    metavar: str | None = None
    default: str | None = None
    choices: tuple[str, ...] = ()

    @property
    def unset(self) -> Any:
        """What it is where nobody says anything."""
        return {"list": (), "flag": False}.get(self.kind, self.default)


SETTINGS = (
    Setting(
        name="account",
        kind="list",
        metavar="USER_ID",
        help="Funded account to debit; repeatable.",
    ),
    Setting(
        name="account-url",
        metavar="URL",
        help="Hook that opens accounts: POST of user_id, balance, plan.",
    ),
    Setting(
        name="account-command",
        metavar="COMMAND",
        help="Command that opens accounts: 'COMMAND {user_id} {balance}', run without a shell.",
    ),
    Setting(
        name="account-callable",
        metavar="MODULE:FUNCTION",
        help="Python function that opens accounts, called with user_id, balance, plan.",
    ),
    Setting(
        name="budget",
        metavar="UNITS",
        default="25",
        help="The most that the run may take from the accounts named with --account.",
    ),
    Setting(
        name="plan",
        kind="flag",
        help="Tell what a run would do and could spend, send nothing, and stop.",
    ),
    Setting(name="read-only", kind="flag", help="Run only what charges nothing."),
    Setting(
        name="profile",
        choices=tuple(PROFILES),
        default="standard",
        help="How hard to look.",
    ),
    Setting(name="strict", kind="flag", help="Fail for a broken should clause too."),
    Setting(
        name="provisional",
        kind="flag",
        help="Also test the provisional operations, credit and plan/apply.",
    ),
    Setting(
        name="plan-id",
        metavar="ID",
        default="base750",
        help="Plan that the deployment can apply (provisional).",
    ),
    Setting(
        name="clause",
        kind="list",
        metavar="ID",
        help="Test only this clause; repeatable.",
    ),
    Setting(
        name="header",
        kind="list",
        metavar="'NAME: VALUE'",
        help="Header to send along; repeatable.",
    ),
    Setting(
        name="extra-field",
        kind="list",
        metavar="NAME=VALUE",
        help="Undocumented field that the deployment wants in every body, such as action=chat; repeatable.",
    ),
    Setting(
        name="timeout",
        metavar="SECONDS",
        default="10",
        help="How long to wait for an answer.",
    ),
    Setting(
        name="rate", metavar="N", help="The most requests per second, bursts apart."
    ),
    Setting(
        name="max-time",
        metavar="SECONDS",
        help="Start no test after so long; the rest is not tested.",
    ),
    Setting(
        name="ca-file",
        metavar="FILE",
        help="Certificates of the authority that signed the target's own (PEM).",
    ),
    Setting(name="client-cert", metavar="FILE", help="Client certificate (PEM)."),
    Setting(
        name="client-key",
        metavar="FILE",
        help="Private key of the client certificate (PEM).",
    ),
    Setting(
        name="observed",
        kind="file",
        metavar="FILE",
        help="Write the open choices as they were seen (JSON).",
    ),
    Setting(
        name="json",
        kind="file",
        metavar="FILE",
        help="Write the report for programs (JSON).",
    ),
    Setting(
        name="html",
        kind="file",
        metavar="FILE",
        help="Write the report for people (one HTML file).",
    ),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """What a TOML file says: settings, and the deviations that are known, by clause, with reasons."""

    values: dict[str, Any]
    deviations: dict[str, str]


NO_FILE = SettingsFile({}, {})


def read_settings(path: Path) -> SettingsFile:
    """Read `[tool.billing-verify]` of a pyproject.toml, or the whole of another TOML file. Raises SettingsError."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not TOML: {error}") from error
    table = (
        document.get("tool", {}).get(TABLE, {})
        if path.name == "pyproject.toml"
        else document
    )
    deviations = _deviations(table.pop(DEVIATIONS, []), path)
    return SettingsFile(
        {name: _checked(name, value, path) for name, value in table.items()}, deviations
    )


def _checked(name: str, value: Any, path: Path) -> Any:
    setting = _BY_NAME.get(name)
    if setting is None or setting.kind == "file":
        known = ", ".join(each.name for each in SETTINGS if each.kind != "file")
        raise SettingsError(
            f"{path}: {name}: no such setting; there are: {known}, {DEVIATIONS}"
        )
    if setting.kind == "flag" and isinstance(value, bool):
        return value
    if (
        setting.kind == "list"
        and isinstance(value, list)
        and all(isinstance(each, str) for each in value)
    ):
        return tuple(value)
    if (
        setting.kind == "text"
        and isinstance(value, str | int | float)
        and not isinstance(value, bool)
    ):
        if setting.choices and value not in setting.choices:
            raise SettingsError(
                f"{path}: {name}: {value!r} is none of {', '.join(setting.choices)}"
            )
        return str(value)
    wanted = {
        "flag": "true or false",
        "list": "a list of texts",
        "text": "a text or a number",
    }[setting.kind]
    raise SettingsError(f"{path}: {name}: must be {wanted}")


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
