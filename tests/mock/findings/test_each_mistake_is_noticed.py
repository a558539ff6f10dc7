"""One gateway for each mistake, and the finding that the mock reports for it."""

from __future__ import annotations

import contextlib
import http.client
import json
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from billing_mock.findings import RULES
from tests.mock.findings import gateways

KEY = {"X-Internal-Key": "super-secret-dev"}
RULE_NAMES = {
    "new-ref-after-lost-response",
    "lost-debit-not-retried",
    "new-ref-after-409",
    "one-ref-for-two-payments",
    "debit-after-refused-check",
    "outside-contract",
    "undocumented-field",
}


def test_every_rule_is_tried_here():
    assert {rule.name for rule in RULES} == RULE_NAMES


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("lose_response", {}),
        ("drop_request", {}),
        ("truncate_body", {}),
        ("garble_body", {}),
        ("status", {"acts": "after"}),
        ("status", {"acts": "after", "status": 429}),
        ("status", {}),
    ],
    ids=str,
)
def test_a_retry_under_a_new_ref(billing_mock, kind, settings):
    gateway = gateways.ChoosesANewRefForEachTry(billing_mock)
    billing_mock.fund("anna", 10)
    billing_mock.fault(kind, operation="debit", times=1, **settings)

    gateway.sell("anna")

    lost, retry = debits(billing_mock)
    finding = only_finding(billing_mock, "new-ref-after-lost-response")
    assert finding.requests == (lost.id, retry.id)
    assert ("Both were charged" in finding.explanation) == (
        billing_mock.balance("anna") == Decimal(6)
    )


def test_a_retry_under_a_new_ref_while_the_answer_is_still_on_its_way(billing_mock):
    gateway = gateways.ChoosesANewRefForEachTry(billing_mock, timeout=0.3)
    billing_mock.fund("anna", 10)
    billing_mock.delay_next(60)

    gateway.sell("anna")

    assert billing_mock.balance("anna") == Decimal(6)
    assert only_finding(billing_mock, "new-ref-after-lost-response")


def test_a_new_ref_after_a_conflict(billing_mock):
    gateway = gateways.TakesConflictForFailure(billing_mock)
    billing_mock.fund("anna", 10)
    billing_mock.lose_next_response()

    gateway.sell("anna")

    _, conflict, again = debits(billing_mock)
    finding = only_finding(billing_mock, "new-ref-after-409")
    assert finding.requests == (conflict.id, again.id)
    assert "paid twice" in finding.explanation


@pytest.mark.parametrize(
    ("kind", "truth"),
    [("lose_response", "It was charged"), ("drop_request", "It was not charged")],
)
def test_a_lost_debit_that_is_never_retried(billing_mock, kind, truth):
    gateway = gateways.NeverRetries(billing_mock)
    billing_mock.fund("anna", 10)
    billing_mock.fault(kind, operation="debit", times=1)

    gateway.sell("anna")
    gateway.sell("anna")

    lost, _ = debits(billing_mock)
    finding = only_finding(billing_mock, "lost-debit-not-retried")
    assert finding.requests == (lost.id,)
    assert truth in finding.explanation


def test_one_ref_for_two_payments(billing_mock):
    gateway = gateways.HasOneRefForAll(billing_mock)
    billing_mock.fund("anna", 10)

    gateway.sell("anna", "2.0")
    gateway.sell("anna", "3.0")

    first, second = debits(billing_mock)
    finding = only_finding(billing_mock, "one-ref-for-two-payments")
    assert finding.requests == (first.id, second.id)


def test_a_debit_after_a_refused_check(billing_mock):
    gateway = gateways.DebitsAfterRefusedChecks(billing_mock)
    billing_mock.fund("anna", 3)

    gateway.sell("anna", "2.0")
    gateway.sell("anna", "2.0")

    finding = only_finding(billing_mock, "debit-after-refused-check")
    refused_check = billing_mock.requests[-2]
    assert finding.requests == (refused_check.id, debits(billing_mock)[-1].id)


def test_requests_outside_the_contract(billing_mock):
    gateway = gateways.SendsUnitsAsText(billing_mock)

    gateway.sell("anna")

    finding = only_finding(billing_mock, "outside-contract")
    assert "units: must be a number, not a string" in finding.explanation
    assert len(finding.requests) == gateways.TRIES


def test_requests_to_two_operations_that_are_refused_alike_are_told_apart(billing_mock):
    gateway = gateways.Gateway(billing_mock)
    for operation in ("debit", "credit", "debit"):
        gateway.post(operation, user_id="anna", units="2", ref="5", reason='"chat"')

    findings = billing_mock.findings

    assert [finding.explanation.partition(" answered")[0] for finding in findings] == [
        "POST /internal/billing/debit was 2 times",
        "POST /internal/billing/credit was",
    ]


DEBIT = {"user_id": "test-user", "units": 2, "ref": "r1", "reason": "chat"}


@pytest.mark.parametrize(
    ("path", "headers", "answered"),
    [
        (
            "//internal/billing/debit",
            KEY,
            (404, "Send /internal/billing/debit byte by byte"),
        ),
        (
            "/internal%2fbilling/debit",
            KEY,
            (404, "Send /internal/billing/debit byte by byte"),
        ),
        (
            "/internal/billing/%64ebit",
            KEY,
            (404, "Send /internal/billing/debit byte by byte"),
        ),
        ("/internal/billing/debits", KEY, (404, "Send what openapi.yaml describes")),
        (
            "/internal/billing/debit",
            {"X-Internal-Key": "wrong"},
            (401, "whole and unchanged"),
        ),
        (
            "/internal/billing/debit",
            {"X_Internal_Key": "super-secret-dev"},
            (401, "X_Internal_Key is another one"),
        ),
        (
            "/internal/billing/debit?x-internal-key=super-secret-dev",
            {},
            (401, "not in the query"),
        ),
    ],
)
def test_a_mistake_in_the_wiring_is_named_with_its_fix(
    billing_mock, path, headers, answered
):
    billing_mock.fund("test-user", 10)

    status, fix = answered

    assert send_raw(billing_mock, path, headers) == status
    assert billing_mock.balance("test-user") == Decimal(10)
    finding = only_finding(billing_mock, "outside-contract")
    assert fix in finding.fix
    [record] = billing_mock.requests
    assert record.path == path.partition("?")[0]


def send_raw(mock, path, headers):
    """Send a debit with the path as it is, and return the status."""
    connection = http.client.HTTPConnection(urlsplit(mock.url).netloc, timeout=30)
    with contextlib.closing(connection):
        sent = {"Content-Type": "application/json", **headers}
        connection.request("POST", path, json.dumps(DEBIT), sent)
        return connection.getresponse().status


def test_a_field_that_the_contract_does_not_list(billing_mock):
    gateway = gateways.SendsAnAction(billing_mock)
    billing_mock.fund("anna", 10)

    gateway.sell("anna")

    assert {each.rule for each in billing_mock.findings} == {"undocumented-field"}
    billing_mock.assert_no_findings(ignore=["undocumented-field"])


def test_a_finding_is_shown_with_its_fix(billing_mock):
    gateway = gateways.NeverRetries(billing_mock)
    billing_mock.fund("anna", 10)
    billing_mock.lose_next_response()
    gateway.sell("anna")

    with pytest.raises(
        AssertionError, match=r"never retried|did not ask again"
    ) as raised:
        billing_mock.assert_no_findings()

    assert "with the same ref" in str(raised.value)
    billing_mock.assert_no_findings(user_id="boris")


def debits(mock):
    return sorted(
        (each for each in mock.requests if each.operation == "debit"),
        key=lambda each: each.start,
    )


def only_finding(mock, rule):
    [finding] = mock.findings
    assert finding.rule == rule
    return finding
