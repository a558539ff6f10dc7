"""With two named accounts no test takes more than it declares, and a whole run takes no more than is promised."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest

from billing_mock import BillingMock
from tests.once import once
from tests.processes import run

USERS = ("5c1f8f0a-0d1f-4f5e-9c0f-6d6f3f6f0001", "5c1f8f0a-0d1f-4f5e-9c0f-6d6f3f6f0002")
NEEDS_MORE = {
    "balance.shape",
    "debit.insufficient",
    "debit.never-negative",
    "debit.shape",
    "debit.whole-balance",
    "race.linearizable",
    "race.no-overdraft",
    "ref.duplicate-when-drained",
}
"""The must clauses of which a test needs an account on a plan, or one that may be emptied."""


def verified(folder, profile, *arguments):
    """Verify a mock with two named accounts; return what was printed, the costs and the report."""
    with BillingMock() as mock:
        for user in USERS:
            mock.fund(user, 742)
        named = [word for user in USERS for word in ("--account", user)]
        ended = run(
            "pytest",
            "contract_tests",
            *("-p", "no:cacheprovider", "-p", "tests.verify.accounts.recorded_costs"),
            *("--costs-file", str(folder / "costs.json")),
            *("--billing-url", mock.url, "--billing-profile", profile),
            *("--billing-json", str(folder / "report.json"), *named, *arguments),
        )
        left = sum(mock.balance(user) for user in USERS)
    return {
        "printed": ended.stdout + ended.stderr,
        "costs": json.loads((folder / "costs.json").read_text()),
        "report": json.loads((folder / "report.json").read_text()),
        "taken": str(742 * 2 - left),
    }


@pytest.fixture(scope="module", params=["quick", "standard"])
def named(request, tmp_path_factory):
    return once(
        tmp_path_factory,
        f"named-{request.param}",
        lambda folder: verified(folder, request.param),
    )


def test_no_test_takes_more_than_it_declares(named):
    over = [
        each
        for each in named["costs"]
        if Decimal(each["taken"]) > Decimal(each["cost"])
    ]

    assert over == [], named["printed"]


def test_no_test_puts_more_at_risk_than_it_declares(named):
    over = [
        each
        for each in named["costs"]
        if not each["explores"] and Decimal(each["at_risk"]) > Decimal(each["risk"])
    ]

    assert over == []


def test_a_run_takes_at_most_ten_units(named):
    assert 0 < Decimal(named["taken"]) <= 10
    assert named["report"]["spent"] == f"{Decimal(named['taken']):.2f}"


def test_every_must_clause_that_needs_no_other_account_is_tested_whole(named):
    in_part = {
        clause["id"]
        for clause in named["report"]["clauses"]
        if clause["level"] == "must" and clause["reasons"]
    }

    assert in_part <= NEEDS_MORE
    assert {clause["verdict"] for clause in named["report"]["clauses"]} <= {
        "kept",
        "in part",
        "not tested",
    }


def test_the_first_lines_say_what_is_not_tested_and_what_would_help(named):
    before_the_tests, _, _ = named["printed"].partition("contract_tests/test_")

    told = [
        line
        for line in before_the_tests.replace("\n   ", " ").splitlines()
        if line.startswith("Not tested: ")
    ]
    assert any(
        "--account-drain" in line and "race.no-overdraft" in line for line in told
    )
    assert any("--account-url" in line and "debit.decimal" in line for line in told)
    assert not re.search(r"\d\.\d{3}", "".join(told))
