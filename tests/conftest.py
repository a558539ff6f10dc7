"""Fixtures of our own tests."""

from __future__ import annotations

import pytest

from billing_contract import load_contract
from billing_mock.config.choices import Choices
from billing_mock.config.settings import Settings
from tests.talk import Talk


@pytest.fixture
def with_choices():
    """`with_choices(unknown_user="not-found")` is a client of a mock that takes these options."""

    def build(**chosen):
        taken = {name.replace("_", "-"): option for name, option in chosen.items()}
        return Talk(Settings(choices=Choices(load_contract(), taken)))

    return build


@pytest.fixture
def talk():
    """A client of a mock with the default choices."""
    return Talk(Settings())
