"""How one option is described: its name, kind, default and help, and how its value is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[str, Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """How one field of Options is given.

    `kind` is text, list (repeatable text), flag, or file (text that is no setting of a TOML file).
    `read` makes the field's value from the name and what was given; it may raise SettingsError.
    """

    name: str
    help: str
    kind: str
    metavar: str | None = None
    default: str | None = None
    choices: tuple[str, ...] = ()
    read: Read

    @property
    def unset(self) -> Any:
        """Return what stands for the option where nobody gives it."""
        return {"list": (), "flag": False}.get(self.kind, self.default)


Metadata = dict[str, Option]


def text(name: str, metavar: str | None, description: str, **how: Any) -> Metadata:
    """Return the metadata of a field whose option is a text. `how` are more fields of Option."""
    return _metadata(name, metavar, description, kind="text", **how)


def texts(name: str, metavar: str, description: str, read: Read) -> Metadata:
    """Return the metadata of a field whose option is a text that can be repeated."""
    return _metadata(name, metavar, description, kind="list", read=read)


def flag(name: str, description: str) -> Metadata:
    """Return the metadata of a field whose option takes no value."""
    return _metadata(name, None, description, kind="flag")


def file(name: str, description: str, read: Read) -> Metadata:
    """Return the metadata of a field whose option names a file; no setting of a TOML file."""
    return _metadata(name, "FILE", description, kind="file", read=read)


def _metadata(name: str, metavar: str | None, description: str, **how: Any) -> Metadata:
    how.setdefault("read", lambda _name, given: given)
    return {"option": Option(name=name, metavar=metavar, help=description, **how)}
