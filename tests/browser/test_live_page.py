"""/_mock/ in Chromium: what a gateway does is seen without a reload."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from billing_mock import BillingMock, Settings
from billing_mock.config.deviations import Deviations

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def row(page, number):
    """The row of a request, counted from the oldest that is shown."""
    return page.locator("#request-rows tr").nth(-number)


def balance_of(page, user_id):
    return page.locator("#accounts tr", has_text=user_id).locator("td")


def test_a_balance_moves_without_a_reload(live, gateway):
    expect(balance_of(live, "test-user")).to_have_text("742.0")
    live.evaluate("window.notReloaded = true")

    gateway.debit(units=2.5)

    expect(balance_of(live, "test-user")).to_have_text("739.5")
    assert live.evaluate("window.notReloaded")


def test_a_balance_is_shown_to_the_last_digit(live, mock):
    mock.fund("rich", "12345678901234567890.12")

    expect(balance_of(live, "rich")).to_have_text("12345678901234567890.12")


def test_a_request_comes_with_its_verdict_and_reason(live, gateway):
    gateway.debit("order-1")
    gateway.debit("order-1")
    gateway.debit("order-2", units="x")

    expect(row(live, 1)).to_contain_text("accepted")
    expect(row(live, 1)).to_contain_text("charged")
    for words in ("debit", "2.0", "test-user", "order-1", "409", "refused"):
        expect(row(live, 2)).to_contain_text(words)
    expect(row(live, 2)).to_contain_text("the ref 'order-1' was used")
    expect(row(live, 2)).to_contain_text("not charged")
    expect(row(live, 3)).to_contain_text("outside the contract")
    expect(row(live, 3)).to_contain_text("units: must be a number")


def test_a_check_says_what_it_answered(live, gateway):
    gateway.check(units=743)

    expect(row(live, 1)).to_contain_text("not allowed, balance 742.0")


def test_what_was_sent_and_answered_can_be_opened_and_stays_open(live, gateway):
    gateway.debit("order-1")
    row(live, 1).get_by_text("sent and answered").click()
    gateway.debit("order-2")

    expect(row(live, 2)).to_be_visible()
    expect(row(live, 1).get_by_text('"tx_id"')).to_be_visible()


def test_a_finding_comes_with_its_explanation_and_leads_to_its_requests(live, gateway):
    gateway.debit("order-1")
    gateway.debit("order-1", units=9)
    finding = live.locator(".finding")

    expect(finding).to_contain_text("One ref was used for two different payments")
    expect(finding).to_contain_text("Fix:")
    expect(live.locator("#message")).to_contain_text("New: 1 finding")
    expect(row(live, 2)).to_contain_text("⚑ One ref was used")
    assert live.title() == "(1 finding) Billing mock"

    finding.get_by_role("link").last.click()
    expect(row(live, 2)).to_be_focused()
    expect(live.locator(".marked")).to_have_count(2)


def test_findings_about_one_request_are_told_apart_and_grow(live, gateway):
    gateway.debit("order-1", action="chat", model="big")
    expect(live.locator(".finding")).to_have_count(2)
    gateway.debit("order-2", model="big")

    expect(live.locator(".finding").get_by_role("link")).to_have_count(3)
    expect(live.locator(".finding")).to_have_count(2)
    for words in ("'action'", "'model'"):
        expect(live.locator(".finding", has_text=words)).to_have_count(1)


def test_a_request_that_is_not_shown_any_more_is_told(live, gateway):
    gateway.debit("order-1", action="chat")
    for index in range(200):
        gateway.debit(f"later-{index}", units=0.01)
    expect(row(live, 200)).to_contain_text("later-199")

    live.locator(".finding").get_by_role("link").click()

    expect(live.locator("#message")).to_contain_text("is no longer among the last 200")


def test_payments_come_first_among_the_findings(live, gateway):
    gateway.debit("order-1")
    gateway.debit("order-1", units=9)
    gateway.debit("order-2", action="chat")

    expect(live.locator(".finding")).to_have_count(2)
    expect(live.locator(".finding").first).to_contain_text("two different payments")


def test_a_reset_empties_the_page(live, gateway):
    gateway.debit("order-1")
    gateway.debit("order-1", units=9)
    expect(live.locator(".finding")).to_have_count(1)

    live.get_by_role("button", name="Reset the mock").click()

    expect(balance_of(live, "test-user")).to_have_text("742.0")
    expect(live.locator("#request-rows tr")).to_have_count(0)
    expect(live.locator(".finding")).to_have_count(0)
    expect(live.locator("#findings-note")).to_contain_text("None.")


@pytest.mark.parametrize(("of", "left"), [("test-user", 1), (None, 0)])
def test_a_reset_by_somebody_else_is_seen(live, mock, gateway, *, of, left):
    gateway.debit("order-1")
    gateway.debit("order-1", user_id="11111111-1111-1111-1111-111111111111")
    expect(live.locator("#request-rows tr")).to_have_count(2)

    mock.reset(of)

    expect(live.locator("#request-rows tr")).to_have_count(left)


def test_what_a_gateway_sends_stays_text(live, gateway):
    gateway.debit(HOSTILE, user_id=HOSTILE)
    gateway.debit("a\u202eb\u200bc", user_id=" \x07")

    expect(row(live, 1).get_by_text(HOSTILE, exact=True).first).to_be_visible()
    expect(row(live, 2)).to_contain_text("a\\u{202e}b\\u{200b}c")
    expect(row(live, 2)).to_contain_text("\\u{7}")
    assert live.locator("img, #data script").count() == 0


def test_the_page_stays_bounded_and_says_so(live, mock, gateway):
    journal = mock.service.pipeline.journal
    for index in range(205):
        gateway.debit(f"order-{index}", units=0.01)
    expect(live.locator("#request-rows tr").first).to_contain_text("order-204")
    journal.requests_max = 203
    try:
        gateway.debit("last", units=0.01)
        expect(row(live, 1)).to_contain_text("order-6")
        expect(live.locator("#request-rows tr")).to_have_count(200)
        note = live.locator("#requests-note")
        expect(note).to_contain_text("at most the last 200 are shown")
        expect(note).to_contain_text("drop 3 older requests")
    finally:
        journal.requests_max = 10_000


def test_hundreds_of_accounts_are_filtered_by_user(live, mock, gateway):
    for index in range(300):
        mock.fund(f"user-{index:03}", 5)
    gateway.debit(user_id="user-250")
    gateway.debit(user_id="user-251")
    expect(live.locator("#accounts-note")).to_contain_text("first 200")

    live.get_by_label("Only users that contain").fill("user-25")

    expect(live.locator("#accounts-count")).to_have_text("10 of 302")
    expect(balance_of(live, "user-250")).to_have_text("3.0")
    live.get_by_label("Only users that contain").fill("user-250")
    expect(live.locator("#request-rows tr")).to_have_count(1)


def test_a_mock_that_deviates_says_that_it_does_not_keep_the_contract(page):
    settings = Settings(deviations=Deviations(["ref-null", "required-field=<b>x</b>"]))

    with BillingMock(settings) as mock:
        page.goto(f"{mock.url}/_mock/")
        told = page.locator("#deviating")
        expect(told).to_contain_text("This mock does not keep the contract")
        expect(told).to_contain_text("required-field=<b>x</b>: A body without")


def test_a_mock_that_keeps_the_contract_says_nothing_of_it(live):
    expect(live.locator("#versions")).to_contain_text("contract")
    expect(live.locator("#deviating")).to_be_hidden()
