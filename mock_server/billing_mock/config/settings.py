"""The settings of a mock: one frozen object, made by the command, a fixture or a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from billing_contract import load_contract
from billing_mock.api.plan_offer import PlanOffer
from billing_mock.config.choices import Choices
from billing_mock.config.deviations import Deviations
from billing_mock.ledger.account import DOCUMENT_ACCOUNTS, Account

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_mock.faults import Fault, Trigger

PUBLIC_KEY = "super-secret-dev"


class SettingsError(ValueError):
    """A setting cannot be used. The message names the setting and the remedy."""


def _default_choices() -> Choices:
    return Choices(load_contract(), {})


def _default_plans() -> Mapping[str, PlanOffer]:
    return {"base750": PlanOffer(units=Decimal(750), days=30)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that decides how a mock answers.

    `key` is the value that X-Internal-Key must hold; it is in no repr. `accounts` are those that the
    mock starts with, `plans` those that can be applied, by plan id (provisional), `faults` those
    that are set from the start. With `open_control_plane` the routes under /_mock/ need no key.
    With `deviations` it does not keep the contract. With `upstream`, the URL of a deployment, it
    keeps no balances and sends requests there. Raises SettingsError for such a URL that is none, and
    when the key is empty or has characters that are not visible ASCII.
    """

    key: str = field(default=PUBLIC_KEY, repr=False)
    choices: Choices = field(default_factory=_default_choices)
    accounts: tuple[Account, ...] = DOCUMENT_ACCOUNTS
    plans: Mapping[str, PlanOffer] = field(default_factory=_default_plans)
    faults: tuple[tuple[Fault, Trigger], ...] = ()
    open_control_plane: bool = True
    deviations: Deviations = field(default_factory=Deviations)
    upstream: str | None = None

    def __post_init__(self) -> None:
        if not self.key or not all("!" <= character <= "~" for character in self.key):
            raise SettingsError(
                "the key must be visible ASCII characters without spaces, at least one"
            )
        if self.upstream is not None:
            _check_url(self.upstream)


def _check_url(url: str) -> None:
    """Return where requests can be sent on to this URL. Raises SettingsError otherwise."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise SettingsError("--upstream: must be a URL such as http://localhost:8002")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise SettingsError("--upstream: must be a URL without user, query or fragment")
