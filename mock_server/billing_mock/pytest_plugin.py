"""The fixture `billing_mock` for tests of a gateway; pytest loads it by its entry point (not with `-p no:billing_mock`).

Nothing of the mock is imported before a test uses the fixture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_mock import BillingMock, Settings


class _SessionMock:
    """The mock of a test session: it keeps running while the tests use the same settings."""

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
    """Return the settings of the mock.

    Override this fixture in a conftest.py or a module for accounts, choices or a key of your own.
    """
    from billing_mock import Settings  # noqa: PLC0415  only when used

    return Settings()


@pytest.fixture(scope="session")
def _billing_mock_running() -> Iterator[_SessionMock]:
    # A session's fixture keeps its first value even where a module overrides what it was made of.
    # So this one holds the mock, and billing_mock takes from it the one with the settings of the test.
    running = _SessionMock()
    yield running
    running.stop()


@pytest.fixture
def billing_mock(
    billing_mock_settings: Settings, _billing_mock_running: _SessionMock
) -> BillingMock:
    """Return a running mock on a port of its own, started once for equal settings and reset before each test."""
    mock = _billing_mock_running.with_settings(billing_mock_settings)
    mock.reset()
    return mock


@pytest.fixture
def billing_mock_environment(
    billing_mock: BillingMock, monkeypatch: pytest.MonkeyPatch
) -> BillingMock:
    """Return the mock, with BILLING_SERVICE_URL and BILLING_SERVICE_TOKEN set to it during the test."""
    for name, value in billing_mock.environment.items():
        monkeypatch.setenv(name, value)
    return billing_mock
