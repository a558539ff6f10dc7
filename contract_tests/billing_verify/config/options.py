"""What the operator asked for, checked, in one frozen object."""

from __future__ import annotations

import os
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from billing_contract import load_contract
from billing_verify.client.keys import KEY_VARIABLE
from billing_verify.client.target import Target
from billing_verify.config.profiles import PROFILES, Profile
from billing_verify.config.settings import NO_FILE, SETTINGS, read_settings
from billing_verify.errors import SettingsError, TargetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pytest

    from billing_contract import Clause

URL_OPTION = "--billing-url"
CONFIG_OPTION = "--billing-config"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """One run. `budget` is in units, `timeout` in seconds, `rate` in requests per second."""

    url: str | None
    accounts: tuple[str, ...]
    account_url: str | None
    account_command: str | None
    account_callable: str | None
    budget: Decimal
    plan: bool
    read_only: bool
    profile: Profile
    strict: bool
    provisional: bool
    plan_id: str
    clauses: frozenset[str]
    headers: Mapping[str, str]
    extra_fields: Mapping[str, str]
    timeout: float
    rate: float | None
    max_time: float | None
    ca_file: str | None
    client_cert: tuple[str, str] | None
    observed: Path | None
    json_report: Path | None
    html_report: Path | None
    deviations: Mapping[str, str]

    def wants(self, clause: Clause) -> bool:
        """Whether the run is to judge the clause."""
        named = not self.clauses or clause.id in self.clauses
        return named and (self.provisional or not clause.provisional)

    def target(self) -> Target:
        """The deployment that was named. Raises TargetError."""
        if self.url is None:
            raise TargetError("no target: name the deployment with --billing-url URL")
        key = os.environ.get(KEY_VARIABLE, "")
        if not key:
            raise TargetError(
                f"no key: put the value of X-Internal-Key into the environment variable {KEY_VARIABLE} "
                f"(the mock's own is super-secret-dev)"
            )
        return Target(
            url=self.url,
            key=key,
            headers=self.headers,
            timeout=self.timeout,
            ca_file=self.ca_file,
            client_cert=self.client_cert,
        )


def add_options(parser: pytest.Parser) -> None:
    """Declare the options to pytest, each as --billing-NAME."""
    group = parser.getgroup("billing", "billing contract")
    add: Callable[..., None] = group.addoption
    add(
        URL_OPTION,
        metavar="URL",
        help=f"The deployment to verify; its key comes from {KEY_VARIABLE}.",
    )
    add(CONFIG_OPTION, metavar="FILE", help="TOML file with settings.")
    for setting in SETTINGS:
        names = [
            f"--billing-{setting.name}",
            *(["--account"] if setting.name == "account" else []),
        ]
        if setting.kind == "flag":
            add(*names, action="store_true", default=None, help=setting.help)
        elif setting.kind == "list":
            add(*names, action="append", metavar=setting.metavar, help=setting.help)
        else:
            add(
                *names,
                metavar=setting.metavar,
                choices=setting.choices or None,
                help=setting.help,
            )


def read_options(config: pytest.Config) -> Options:
    """Read the command line and the settings file. Raises SettingsError."""
    config_file = config.getoption(CONFIG_OPTION)
    file = read_settings(Path(config_file)) if config_file else NO_FILE
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        said = config.getoption(f"--billing-{setting.name}")
        values[setting.name] = (
            file.values.get(setting.name, setting.unset) if said is None else said
        )
    return _options(config.getoption(URL_OPTION), values, file.deviations)


def _options(
    url: str | None, values: dict[str, Any], deviations: Mapping[str, str]
) -> Options:
    return Options(
        url=url,
        accounts=tuple(values["account"]),
        account_url=values["account-url"],
        account_command=values["account-command"],
        account_callable=values["account-callable"],
        budget=_amount("budget", values["budget"]),
        plan=values["plan"],
        read_only=values["read-only"],
        profile=PROFILES[values["profile"]],
        strict=values["strict"],
        provisional=values["provisional"],
        plan_id=values["plan-id"],
        clauses=_known_clauses("clause", values["clause"]),
        headers=dict(_pair("header", text, ":") for text in values["header"]),
        extra_fields=dict(
            _pair("extra-field", text, "=") for text in values["extra-field"]
        ),
        timeout=_positive("timeout", values["timeout"]),
        rate=_optional("rate", values),
        max_time=_optional("max-time", values),
        ca_file=_readable("ca-file", values["ca-file"]),
        client_cert=_client_certificate(values),
        observed=_path(values["observed"]),
        json_report=_path(values["json"]),
        html_report=_path(values["html"]),
        deviations={
            name: deviations[name]
            for name in _known_clauses("known-deviation", deviations)
        },
    )


def _amount(name: str, text: str) -> Decimal:
    try:
        units = Decimal(text)
    except InvalidOperation:
        units = Decimal("NaN")
    if not units.is_finite() or units < 0:
        raise SettingsError(
            f"{name} {text}: must be an amount of units such as 25 or 0.50"
        )
    return units


def _positive(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise SettingsError(f"{name} {text}: must be a number above 0")
    return value


def _optional(name: str, values: dict[str, Any]) -> float | None:
    return _positive(name, values[name]) if values[name] else None


def _known_clauses(name: str, ids: Iterable[str]) -> frozenset[str]:
    for each in ids:
        if each not in load_contract().clauses:
            raise SettingsError(
                f"{name} {each}: no such clause; billing-verify --list prints them"
            )
    return frozenset(ids)


def _pair(name: str, text: str, separator: str) -> tuple[str, str]:
    left, found, right = text.partition(separator)
    if not found or not left.strip():
        raise SettingsError(f"{name} {text}: must be NAME{separator}VALUE")
    return left.strip(), right.strip()


def _readable(name: str, path: str | None) -> str | None:
    if path is not None and not Path(path).is_file():
        raise SettingsError(f"{name} {path}: no such file")
    return path


def _client_certificate(values: dict[str, Any]) -> tuple[str, str] | None:
    certificate, key = (
        _readable(name, values[name]) for name in ("client-cert", "client-key")
    )
    if (certificate is None) != (key is None):
        raise SettingsError("client-cert and client-key go together: name both")
    return (certificate, key) if certificate and key else None


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None
