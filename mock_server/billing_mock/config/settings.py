"""What a mock is told at its start: one frozen object, built at the edge."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_contract import load_contract
from billing_mock.api.plan_offer import PlanOffer
from billing_mock.config.choices import Choices
from billing_mock.ledger.account import DOCUMENT_ACCOUNTS, Account

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_mock.faults import Fault, Trigger

PUBLIC_KEY = "super-secret-dev"


class SettingsError(ValueError):
    """A setting cannot be used; the message says which, and what to do."""


def _default_choices() -> Choices:
    return Choices(load_contract(), {})


def _default_plans() -> Mapping[str, PlanOffer]:
    return {"base750": PlanOffer(units=Decimal(750), days=30)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that decides how a mock answers.

    `key` is the secret of X-Internal-Key; it stays out of the object's repr. `accounts` are those
    it starts with, `plans` those that can be applied (provisional), `faults` those that are set
    from the start. With `open_control_plane` the
    routes under /_mock/ need no key. Raises SettingsError.
    """

    key: str = field(default=PUBLIC_KEY, repr=False)
    choices: Choices = field(default_factory=_default_choices)
    accounts: tuple[Account, ...] = DOCUMENT_ACCOUNTS
    plans: Mapping[str, PlanOffer] = field(default_factory=_default_plans)
    faults: tuple[tuple[Fault, Trigger], ...] = ()
    open_control_plane: bool = True

    def __post_init__(self) -> None:
        if not self.key or not all("!" <= character <= "~" for character in self.key):
            raise SettingsError(
                "the key must be visible ASCII characters without spaces, at least one"
            )
