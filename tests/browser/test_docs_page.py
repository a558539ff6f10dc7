"""/docs in Chromium: the reference is shown, and its calls go to the mock that shows it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

OPERATIONS = {
    "checkBalance": '"allowed"',
    "debitBalance": '"tx_id"',
    "getBalance": '"plan_code"',
    "creditBalance": '"tx_id"',
    "applyPlan": '"new_balance"',
}


@pytest.fixture
def docs(page, mock):
    page.goto(f"{mock.url}/docs")
    return page


def enter_key(page, key):
    page.get_by_role("button", name="Authorize").click()
    form = page.locator(".auth-container")
    form.locator("input").fill(key)
    form.get_by_role("button", name="Apply credentials").click()
    form.get_by_role("button", name="Close").click()


def test_the_reference_is_the_contract_in_openapi_3_1(docs):
    expect(docs.get_by_role("heading", name="Billing API")).to_contain_text("OAS 3.1")
    expect(docs.locator(".opblock")).to_have_count(len(OPERATIONS))
    expect(docs.locator(".errors-wrapper")).to_have_count(0)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_call_works_at_the_first_click(docs, mock, operation):
    block = docs.locator(f".opblock[id$='-{operation}']")

    enter_key(docs, mock.key)
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Execute").click()

    answer = block.locator(".live-responses-table")
    expect(answer.locator(".response-col_status").last).to_contain_text("200")
    expect(answer).to_contain_text(OPERATIONS[operation])
    assert [each.status for each in mock.requests] == [200]


def test_a_call_without_the_key_shows_the_refusal(docs, mock):
    block = docs.locator(".opblock[id$='-getBalance']")

    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Execute").click()

    expect(block.locator(".live-responses-table")).to_contain_text("401")


def test_the_control_plane_is_one_click_away_and_works(docs, mock):
    docs.get_by_role("link", name="The mock's control plane").click()
    block = docs.locator(".opblock[id$='-addFault']")

    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Execute").click()

    expect(block.locator(".live-responses-table")).to_contain_text("lose_response")
    faults = mock.service.pipeline.faults.listed()
    assert [each["kind"] for each in faults] == ["lose_response"]


@pytest.mark.parametrize(("scheme", "dark"), [("dark", True), ("light", False)])
def test_it_is_as_dark_as_the_reader_wants(docs, scheme, dark):
    docs.emulate_media(color_scheme=scheme)

    shade = docs.evaluate("getComputedStyle(document.body).backgroundColor")

    assert (shade == "rgb(28, 32, 34)") is dark
