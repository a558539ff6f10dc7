"""The fixture `billing_mock` for tests of a gateway; pytest finds it by itself (`-p no:billing_mock` hides it).

Nothing of the mock is imported before a test asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_server import BillingMock, Settings


@pytest.fixture(scope="session")
def billing_mock_settings() -> Settings:
    """How the mock is set up; override it in a conftest.py for accounts, choices or a key of your own."""
    from mock_server import Settings  # noqa: PLC0415  only when used

    return Settings()


@pytest.fixture(scope="session")
def _running_billing_mock(billing_mock_settings: Settings) -> Iterator[BillingMock]:
    from mock_server import BillingMock  # noqa: PLC0415  only when used

    with BillingMock(billing_mock_settings) as mock:
        yield mock


@pytest.fixture
def billing_mock(_running_billing_mock: BillingMock) -> BillingMock:
    """A running billing service on a port of its own, started once, reset for each test."""
    _running_billing_mock.reset()
    return _running_billing_mock


@pytest.fixture
def billing_mock_environment(
    billing_mock: BillingMock, monkeypatch: pytest.MonkeyPatch
) -> BillingMock:
    """The mock, with BILLING_SERVICE_URL and BILLING_SERVICE_TOKEN set to it for this test."""
    for name, value in billing_mock.environment.items():
        monkeypatch.setenv(name, value)
    return billing_mock
