"""The pages as files: who may have them, and what they allow a browser to do."""

from __future__ import annotations

import subprocess
import sys

import pytest

from billing_mock.config.settings import Settings
from tests.mock_client import KEY, MockClient
from tests.page import Page

PAGES = ["/docs", "/docs/", "/_mock", "/_mock/", "/_mock/docs"]
FILES = {
    "/docs/docs.css": "text/css",
    "/docs/docs.js": "text/javascript",
    "/docs/swagger-ui.css": "text/css",
    "/docs/swagger-ui-bundle.js": "text/javascript",
    "/docs/control.json": "application/json",
    "/_mock/live.css": "text/css",
    "/_mock/live.js": "text/javascript",
}


@pytest.fixture
def wide_open():
    return MockClient(Settings(open_control_plane=False))


@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_a_page_needs_no_key_and_is_no_part_of_the_journal(wide_open, path):
    got = wide_open.http.get(path, headers={"Host": "mock.internal"})
    journal = wide_open.control("GET", "requests", headers={"X-Internal-Key": KEY})

    assert got.status_code == 200
    assert got.mimetype == FILES.get(path, "text/html")
    assert journal.json["requests"] == []


@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_a_page_is_only_read(client, path):
    posted = client.http.post(path)

    assert (posted.status_code, posted.headers["Allow"]) == (405, "GET, HEAD")
    assert client.http.head(path).data == b""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_may_speak_to_this_mock_alone_and_stand_in_no_frame(client, path):
    policy = dict(
        rule.split(" ", 1)
        for rule in client.http.get(path).headers["Content-Security-Policy"].split("; ")
    )

    assert policy["default-src"] == "'none'"
    assert {policy[f"{kind}-src"] for kind in ("script", "style", "connect")} == {
        "'self'"
    }
    assert policy["frame-ancestors"] == policy["form-action"] == "'none'"


def test_no_script_of_the_live_page_can_make_html_of_text(client):
    policy = client.http.get("/_mock/").headers["Content-Security-Policy"]

    assert policy.endswith("require-trusted-types-for 'script'; trusted-types 'none'")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_holds_no_script_and_names_no_other_host(client, path):
    page = Page(client.http.get(path).text)
    links = page.values("href") + page.values("src")

    assert page.unbalanced == []
    assert all("src" in script for script in page.tags("script"))
    assert page.tags("style") == []
    assert not page.values("style")
    assert all(link.startswith(("/", "data:,", "#")) for link in links)
    assert not any(link.startswith("//") for link in links)
    for link in {link for link in links if link.startswith("/")}:
        assert client.http.get(link).status_code == 200


def test_the_reference_of_the_control_plane_is_its_own_document(client):
    shown = client.http.get("/docs/control.json")

    assert shown.json == client.control("GET", "openapi.json").json


def test_a_page_is_sent_once_and_then_found_unchanged(client):
    first = client.http.get("/docs/swagger-ui-bundle.js")
    again = client.http.get(
        "/docs/swagger-ui-bundle.js", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert (again.status_code, again.data) == (304, b"")


def test_a_mock_that_shows_no_page_does_not_load_what_they_need():
    script = (
        "import sys\n"
        "from billing_mock import BillingMock\n"
        "with BillingMock(): print('flask_swagger_ui' in sys.modules)\n"
    )

    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert ran.stdout == "False\n"


@pytest.mark.parametrize("scope", [{}, {"user_id": "test-user"}, {"user_id": "anna"}])
def test_whoever_follows_the_journal_learns_of_a_reset(client, scope):
    client.debit(ref="a")
    first = client.control("GET", "requests").json["epoch"]
    client.debit(ref="b")
    second = client.control("GET", "requests", query_string={"since": 1}).json["epoch"]
    client.control("POST", "reset", json=scope)

    assert first == second != client.control("GET", "requests").json["epoch"]
    assert first != MockClient(Settings()).control("GET", "requests").json["epoch"]
