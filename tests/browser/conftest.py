"""A headless Chromium with the network closed, and a mock for its pages."""

from __future__ import annotations

import os
import shutil
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from billing_mock import BillingMock
from tests.browser.gateway import Gateway

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
NETWORK_CLOSED = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"

expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def chromium():
    if CHROMIUM is None:
        pytest.fail(
            "these tests need Chromium: apt-get install chromium, or name the program in CHROMIUM"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[NETWORK_CLOSED]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """A page; afterwards it must have sent requests to this machine alone and logged no error."""
    asked, wrong = set(), []
    with chromium.new_context() as context:
        page = context.new_page()
        page.on("request", lambda request: asked.add(urlsplit(request.url).hostname))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        yield page
    assert asked <= {"127.0.0.1"}
    assert [each for each in wrong if "Failed to load resource" not in each] == []


@pytest.fixture(scope="session")
def _mock():
    with BillingMock() as mock:
        yield mock


@pytest.fixture
def mock(_mock):
    _mock.reset()
    return _mock


@pytest.fixture
def gateway(mock):
    """Calls the mock as a gateway does."""
    with httpx.Client(
        base_url=mock.url, headers={"X-Internal-Key": mock.key}
    ) as client:
        yield Gateway(client)


@pytest.fixture
def live(page, mock):
    """The live page, open and connected."""
    page.goto(f"{mock.url}/_mock/")
    expect(page.locator("#state")).to_have_text("Live")
    return page
