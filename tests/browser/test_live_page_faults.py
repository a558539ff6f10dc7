"""/_mock/ in Chromium: faults at one click."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

BUTTONS = {
    "Lose the next debit response": {"kind": "lose_response", "times": 1},
    "Drop the next debit request": {"kind": "drop_request", "times": 1},
    "500 to the next debit request": {"kind": "status", "status": 500, "times": 1},
    "Cut the next debit answer": {"kind": "truncate_body", "times": 1},
    "Garble the next debit answer": {"kind": "garble_body", "times": 1},
    "Down: 503 to every request": {"kind": "status", "status": 503, "for_seconds": 30},
    "Slow: every answer 2 s late": {"kind": "delay", "seconds": 2},
}


def press(page, name):
    page.get_by_role("button", name=name).click()
    expect(page.locator("#message")).to_contain_text("Set:")


def the_only_fault(mock):
    (fault,) = mock.service.pipeline.faults.listed()
    return fault


def test_a_lost_response_is_one_click(live, mock, gateway):
    press(live, "Lose the next debit response")
    fault = live.locator("#faults li")
    expect(fault).to_contain_text("active, fired 0 times")

    status = gateway.debit("order-1")

    assert status is None
    assert mock.balance("test-user") == 740
    expect(fault).to_contain_text("spent, fired once")
    row = live.locator("#request-rows tr")
    for words in ("no answer", "charged", "lose_response", "sent nothing"):
        expect(row).to_contain_text(words)
    expect(live.locator(".finding")).to_contain_text("never retried")


@pytest.mark.parametrize("name", BUTTONS)
def test_each_button_sets_its_fault(live, mock, name):
    press(live, name)

    fault = the_only_fault(mock)
    assert fault.items() >= BUTTONS[name].items()
    assert fault["operation"] == ("debit" if "debit" in name else None)
    assert fault["user_id"] is None


def test_a_fault_can_be_for_one_operation_and_user(live, mock):
    live.get_by_label("Operation").select_option("check")
    live.get_by_label("User", exact=True).fill("anna")
    press(live, "Down: 503 to every check request")

    fault = the_only_fault(mock)
    assert (fault["operation"], fault["user_id"]) == ("check", "anna")
    for words in ("status 503", "for seconds 30", "operation check", "user id anna"):
        expect(live.locator("#faults li")).to_contain_text(words)


def test_a_fault_is_removed_at_one_click(live, mock, gateway):
    fault = mock.fault("status", status=503)

    live.get_by_role("button", name=f"Remove fault {fault.id}").click()

    expect(live.locator("#faults li")).to_have_count(0)
    assert gateway.debit() == 200


def test_a_fault_set_by_a_test_is_seen(live, mock):
    mock.fault("latency", median_seconds=0.2, p99_seconds=3, probability=0.1)

    item = live.locator("#faults li")
    for words in ("latency", "median seconds 0.2", "probability 0.1"):
        expect(item).to_contain_text(words)


def test_a_refusal_of_the_control_plane_is_told(live):
    live.route("**/_mock/faults", lambda route: route.continue_(post_data="{}"))

    live.get_by_role("button", name="Lose the next debit response").click()

    expect(live.locator("#message")).to_contain_text("That did not work: kind: must be")
