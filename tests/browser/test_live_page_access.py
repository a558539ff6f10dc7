"""/_mock/ in Chromium: by keyboard, with the key, over lost connections, and for every eye."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from billing_mock import BillingMock, Settings
from tests.processes import KEY, running_mock

OUTLINE = "getComputedStyle(document.activeElement).outlineStyle"
LOOK = "**/_mock/requests?since=*"
NAME = "document.activeElement.innerText || document.activeElement.id"


def tab_to(page, words):
    """Press Tab until the element that begins with these words has focus, which must be seen at every step."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue
        assert page.evaluate(OUTLINE) == "solid", page.evaluate(NAME)
        if page.evaluate(NAME).startswith(words):
            return
    pytest.fail(f"no Tab leads to {words!r}")


def test_all_can_be_done_by_keyboard_alone(live, mock, gateway):
    tab_to(live, "Lose the next debit response")
    live.keyboard.press("Enter")
    expect(live.locator("#faults li")).to_have_count(1)
    assert live.evaluate(NAME).startswith("Lose the next")

    gateway.debit("order-1")
    expect(live.locator(".finding")).to_have_count(1)
    tab_to(live, "#")
    live.keyboard.press("Enter")
    expect(live.locator("#request-rows tr")).to_be_focused()

    tab_to(live, "Remove")
    live.keyboard.press("Enter")
    expect(live.locator("#faults li")).to_have_count(0)
    expect(live.locator("#faults-heading")).to_be_focused()

    tab_to(live, "Reset the mock")
    live.keyboard.press("Enter")
    expect(live.locator("#request-rows tr")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
def test_it_can_be_read_by_every_means(live, gateway, mock, *, scheme, width):
    live.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    live.set_viewport_size({"width": width, "height": 900})
    mock.lose_next_response()
    for ref in ("a", "b", "b", "c" * 300):
        gateway.debit(ref)
    gateway.debit("d", units="x", user_id="u" * 300)
    expect(live.locator("#request-rows tr")).to_have_count(5)

    found = Axe().run(live).response["violations"]

    assert [
        (each["id"], [node["html"] for node in each["nodes"]]) for each in found
    ] == []
    assert live.evaluate("document.documentElement.scrollWidth") == width


def test_open_to_other_machines_it_asks_for_the_key_and_keeps_it_nowhere(page):
    with BillingMock(Settings(open_control_plane=False)) as mock:
        page.goto(f"{mock.url}/_mock/")
        field = page.get_by_label("Key of the mock")
        expect(page.locator("#state")).to_have_text("The mock asks for its key")
        expect(page.locator("#data")).to_be_hidden()

        field.fill("wrong")
        field.press("Enter")
        expect(page.locator("#state")).to_have_text("The mock refuses this key")
        field.fill("schlüssel ✓")
        field.press("Enter")
        expect(page.locator("#message")).to_contain_text("visible ASCII")
        field.fill(mock.key)
        field.press("Enter")

        expect(page.locator("#accounts")).to_contain_text("test-user")
        expect(field).to_be_hidden()
        page.get_by_role("button", name="Lose the next debit response").click()
        expect(page.locator("#faults li")).to_have_count(1)
        assert field.input_value() == ""
        assert mock.key not in page.content()
        assert page.context.storage_state() == {"cookies": [], "origins": []}
        assert page.evaluate("sessionStorage.length") == 0
        page.reload()
        expect(page.locator("#state")).to_have_text("The mock asks for its key")


def test_it_says_that_the_mock_is_gone_and_comes_back_by_itself(page):
    with running_mock() as (_, url, _):
        page.goto(f"{url}/_mock/")
        page.request.post(
            f"{url}/internal/billing/debit",
            headers={"X-Internal-Key": KEY},
            data={"user_id": "test-user", "units": 2, "ref": "r", "reason": "x"},
        )
        expect(page.locator("#accounts")).to_contain_text("740.0")
    expect(page.locator("#state")).to_contain_text("No connection to the mock since")
    expect(page.locator("#data")).to_have_class("stale")

    with running_mock("--port", url.rpartition(":")[2]):
        expect(page.locator("#state")).to_have_text("Live")
        expect(page.locator("#accounts")).not_to_contain_text("740.0")
        expect(page.locator("#request-rows tr")).to_have_count(0)


def test_it_looks_no_more_while_nobody_sees_it(page, mock):
    looks = []
    page.clock.install()
    page.goto(f"{mock.url}/_mock/")
    expect(page.locator("#state")).to_have_text("Live")

    with page.expect_request(LOOK):
        page.clock.run_for(5_000)
    become(page, hidden="true")
    page.on(
        "request",
        lambda request: looks.append(request) if "since=" in request.url else None,
    )
    page.clock.run_for(60_000)

    assert looks == []
    with page.expect_request(LOOK):
        become(page, hidden="false")


def become(page, *, hidden):
    page.evaluate(
        f"Object.defineProperty(document, 'hidden', {{value: {hidden}, configurable: true}});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
