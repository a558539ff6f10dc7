"""Reads the settings of a command from a TOML file, or from the command's table in a pyproject.toml."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class SettingsTableError(ValueError):
    """A file of settings cannot be read. The message names the file and what is wrong."""


def read_settings_table(path: Path, command: str) -> dict[str, Any]:
    """Return `[tool.<command>]` of a pyproject.toml, or the whole of another TOML file; numbers with a point are Decimal.

    Raises SettingsTableError for a file that cannot be read, is not TOML, or has no table there.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsTableError(f"{path}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsTableError(f"{path}: not TOML: {error}") from error
    if path.name != "pyproject.toml":
        return document
    tools = document.get("tool", {})
    table = tools.get(command, {}) if isinstance(tools, dict) else None
    if not isinstance(table, dict):
        raise SettingsTableError(f"{path}: [tool.{command}] must be a table")
    return table
