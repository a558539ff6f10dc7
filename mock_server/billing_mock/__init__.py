"""A working stand-in for the billing service, with balances in memory, for a gateway to run against.

It imports the contract and Flask, and never the test suite, which tests it over HTTP alone.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from billing_mock.config.choices import Choices
    from billing_mock.config.deviations import Deviations
    from billing_mock.config.settings import Settings
    from billing_mock.ledger.account import Account, Plan
    from billing_mock.mock import BillingMock

__all__ = ["Account", "BillingMock", "Choices", "Deviations", "Plan", "Settings"]

_HOMES = {
    "Account": "ledger.account",
    "BillingMock": "mock",
    "Choices": "config.choices",
    "Deviations": "config.deviations",
    "Plan": "ledger.account",
    "Settings": "config.settings",
}


def __getattr__(name: str) -> Any:
    # Every pytest run imports this package for the fixture; Flask only comes when the mock is used.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"billing_mock.{_HOMES[name]}"), name)
