"""A working stand-in for the billing service, with balances in memory, for a gateway to run against.

It knows the contract and Flask. It never imports the test suite, which judges it from outside.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mock_server.accounts import Account, Plan
    from mock_server.billing_mock import BillingMock
    from mock_server.choices import Choices
    from mock_server.settings import Settings

__all__ = ["Account", "BillingMock", "Choices", "Plan", "Settings"]

_HOMES = {
    "Account": "accounts",
    "BillingMock": "billing_mock",
    "Choices": "choices",
    "Plan": "accounts",
    "Settings": "settings",
}


def __getattr__(name: str) -> Any:
    # Every pytest run imports this package for the fixture; Flask only comes when the mock is used.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"mock_server.{_HOMES[name]}"), name)
