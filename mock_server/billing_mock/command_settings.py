"""Makes the settings of a mock from what the command billing-mock was given: options, environment, a settings file."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from click.core import ParameterSource

from billing_contract import load_contract
from billing_mock.config.choices import Choices
from billing_mock.config.deviations import Deviations
from billing_mock.config.files import read_accounts, read_faults
from billing_mock.config.likeness import Likeness
from billing_mock.config.settings import PUBLIC_KEY, Settings, SettingsError
from billing_mock.config.settings_file import NO_FILE, SettingsFile, read_settings_file
from billing_mock.ledger.account import DOCUMENT_ACCOUNTS, Account

if TYPE_CHECKING:
    import click

    from billing_mock.faults import Fault, Trigger
    from billing_mock.servers.listening import Address


def settings_of(
    options: dict[str, Any],
    in_file: SettingsFile,
    *,
    key: str,
    like: Likeness | None,
) -> Settings:
    """Return the settings, whatever the address. Raises ChoiceError, DeviationError, SettingsError, SettingsFileError."""
    choices = Choices.parse(
        load_contract(), options["choices"], observed=like.choices if like else {}
    )
    copied = like.deviations.texts if like else ()
    return Settings(
        key=key,
        choices=choices,
        accounts=_read_accounts(options["accounts_file"], in_file),
        faults=_read_faults(options["faults_file"], in_file),
        deviations=Deviations((*copied, *options["deviations"])),
        upstream=_check_upstream(options, in_file),
    )


def settings_at(settings: Settings, address: Address) -> Settings:
    """Return the settings of a mock that listens there. Raises SettingsError where it would stand in front of itself."""
    if settings.upstream == address.url:
        raise SettingsError("--upstream: the mock cannot stand in front of itself")
    return replace(settings, open_control_plane=address.is_loopback)


def read_likeness(options: dict[str, Any]) -> Likeness | None:
    """Return what was seen of a deployment, where `--like` names a file. Raises ChoiceError and DeviationError."""
    return Likeness.read(load_contract(), options["like"]) if options["like"] else None


def read_key(file: Path | None) -> tuple[str, str]:
    """Return the key, and where it comes from: a file, BILLING_SERVICE_TOKEN or the document. Raises SettingsError."""
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").strip(), f"from the file {file}"
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"--key-file {file}: cannot be read: {error}"
            ) from error
    token = os.environ.get("BILLING_SERVICE_TOKEN")
    return (token, "from BILLING_SERVICE_TOKEN") if token else (PUBLIC_KEY, PUBLIC_KEY)


def _check_upstream(options: dict[str, Any], in_file: SettingsFile) -> str | None:
    url: str | None = options["upstream"]
    if url is None:
        return None
    given = {
        "accounts": options["accounts_file"] or in_file.accounts,
        "like": options["like"],
        "choice": options["choices"],
        "deviation": options["deviations"],
    }
    for name, value in given.items():
        if value:
            raise SettingsError(
                f"--upstream: the deployment answers, so --{name} has no effect; leave it out"
            )
    return url.rstrip("/")


def take_settings_file(context: click.Context, options: dict[str, Any]) -> SettingsFile:
    """Put the values of the settings file where neither the command line nor the environment has one.

    Raises SettingsFileError.
    """
    file: Path | None = options["config"]
    if file is None:
        file = Path("pyproject.toml")
        if not file.is_file():
            return NO_FILE
    in_file = read_settings_file(file, now=datetime.now(UTC))
    for each in context.command.params:
        name = each.opts[0].removeprefix("--")
        source = context.get_parameter_source(each.name or "")
        if name in in_file.options and source is ParameterSource.DEFAULT:
            options[each.name or ""] = in_file.options[name]
    return in_file


def _read_accounts(file: Path | None, in_file: SettingsFile) -> tuple[Account, ...]:
    if file is not None:
        return read_accounts(file, now=datetime.now(UTC))
    return DOCUMENT_ACCOUNTS if in_file.accounts is None else in_file.accounts


def _read_faults(
    file: Path | None, in_file: SettingsFile
) -> tuple[tuple[Fault, Trigger], ...]:
    return read_faults(file) if file is not None else in_file.faults or ()
