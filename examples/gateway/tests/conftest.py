"""The gateway, set up as the document says, with pauses that take no time."""

from __future__ import annotations

import pytest
import pytest_asyncio

from billing import BillingClient, Outbox, PaidWork, Retry, Settings
from scenarios import Gateway


@pytest.fixture
def pauses():
    """Return the list of the pauses that were made, in seconds."""
    return []


@pytest.fixture
def in_pauses():
    """Return a list for functions that are awaited in each pause."""
    return []


@pytest.fixture
def retry(pauses, in_pauses):
    async def at_once(seconds):
        pauses.append(seconds)
        for act in in_pauses:
            await act()

    return Retry(pause=at_once)


@pytest_asyncio.fixture
async def billing(billing_mock_environment, retry):
    async with BillingClient(Settings.from_environment(), retry=retry) as client:
        yield client


@pytest_asyncio.fixture
async def hasty_billing(billing_mock_environment, retry):
    """Return a client that waits no longer than a mock on the same machine needs to answer."""
    settings = Settings.from_environment(deadline_seconds=0.5)
    async with BillingClient(settings, retry=retry) as client:
        yield client


@pytest.fixture
def outbox(tmp_path):
    with Outbox(tmp_path / "outbox.sqlite") as opened:
        yield opened


@pytest.fixture
def paid_work(billing, outbox):
    return PaidWork(billing, outbox)


@pytest.fixture
def worked():
    """Return the list of the work that was done, oldest first."""
    return []


@pytest.fixture
def gateway(paid_work, worked):
    async def reply(_user_id, message):
        worked.append(message)
        return f"reply to {message}"

    async def write(_user_id, template_type):
        worked.append(template_type)
        return f"a {template_type}"

    return Gateway(
        paid_work=paid_work,
        process_chat_message=reply,
        process_template_generation=write,
    )
