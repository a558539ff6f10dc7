"""pytest in this checkout: the contract tests verify the mock unless `--billing-url` names a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing_mock import BillingMock
from billing_verify.client.target import Target
from billing_verify.run.fixtures import named_target
from billing_verify.run.pytest_options import add_plain_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_verify.config.options import Options

pytest_plugins = ["billing_verify.plugin"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the command's own option names: nothing here that is loaded later has one of them."""
    add_plain_options(parser)


@pytest.fixture(scope="session")
def target(options: Options, pytestconfig: pytest.Config) -> Iterator[Target]:
    """Yield the deployment that `--billing-url` names, or else a mock in this process on a free port."""
    if options.url is not None:
        yield named_target(options, pytestconfig)
        return
    with BillingMock() as mock:
        yield Target(url=mock.url, key=mock.key)
