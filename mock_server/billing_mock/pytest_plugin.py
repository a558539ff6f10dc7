"""The fixture `billing_mock` for tests of a gateway; pytest finds it by itself (`-p no:billing_mock` hides it).

Nothing of the mock is imported before a test asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_mock import BillingMock, Settings


class _Running:
    """The mock that runs in this session: kept as long as the settings stay the same."""

    def __init__(self) -> None:
        self._mock: BillingMock | None = None

    def with_settings(self, settings: Settings) -> BillingMock:
        if self._mock is None or self._mock.service.settings is not settings:
            from billing_mock import BillingMock  # noqa: PLC0415  only when used

            self.stop()
            self._mock = BillingMock(settings).start()
        return self._mock

    def stop(self) -> None:
        if self._mock is not None:
            self._mock.stop()


@pytest.fixture(scope="session")
def billing_mock_settings() -> Settings:
    """How the mock is set up; override it for accounts, choices or a key of your own, in a conftest.py or a module."""
    from billing_mock import Settings  # noqa: PLC0415  only when used

    return Settings()


@pytest.fixture(scope="session")
def _billing_mock_running() -> Iterator[_Running]:
    # A session's fixture keeps its first value even where a module overrides what it was made of.
    # So this one holds the mock, and billing_mock asks it for one with the settings of the test.
    running = _Running()
    yield running
    running.stop()


@pytest.fixture
def billing_mock(
    billing_mock_settings: Settings, _billing_mock_running: _Running
) -> BillingMock:
    """A running billing service on a port of its own, started once for each settings, reset for each test."""
    mock = _billing_mock_running.with_settings(billing_mock_settings)
    mock.reset()
    return mock


@pytest.fixture
def billing_mock_environment(
    billing_mock: BillingMock, monkeypatch: pytest.MonkeyPatch
) -> BillingMock:
    """The mock, with BILLING_SERVICE_URL and BILLING_SERVICE_TOKEN set to it for this test."""
    for name, value in billing_mock.environment.items():
        monkeypatch.setenv(name, value)
    return billing_mock
