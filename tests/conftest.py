"""Fixtures of our own tests."""

from __future__ import annotations

import pytest

from billing_contract import load_contract
from billing_mock.config.choices import Choices
from billing_mock.config.settings import Settings
from tests.mock_client import MockClient
from tests.wheel import installed, wheel

__all__ = ["client", "installed", "wheel", "with_choices"]


@pytest.fixture
def with_choices():
    """Return a function: `with_choices(unknown_user="not-found")` is a client of a mock with these choices."""

    def build(**chosen):
        taken = {name.replace("_", "-"): option for name, option in chosen.items()}
        return MockClient(Settings(choices=Choices(load_contract(), taken)))

    return build


@pytest.fixture
def client():
    """Return a client of a mock with the default choices."""
    return MockClient(Settings())
