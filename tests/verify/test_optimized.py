"""Under `python -O`, which leaves `assert` out of most modules, the contract tests claim as much as ever."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.processes import KEY, environment
from tests.reported import serving_nonsense
from tests.zoo import Service, serving
from tests.zoo.faults.amounts import NegativeCredits

ASSERTED, VERIFIED = "auth.wrong-key", "debit.shape"


def test_a_broken_clause_is_found_without_assert_statements(tmp_path):
    file = tmp_path / "report.json"
    command = (sys.executable, "-O", "-m", "billing_verify")
    options = ("--account", "anna", "--clause", ASSERTED, "--clause", VERIFIED)
    with serving_nonsense() as url:
        ended = subprocess.run(
            [*command, url, *options, "--json", file],
            capture_output=True,
            check=False,
            text=True,
            cwd=tmp_path,
            env=environment(KEY, {}),
            timeout=300,
        )

    report = json.loads(file.read_text(encoding="utf-8"))
    assert ended.returncode == 1
    assert {clause["id"]: clause["verdict"] for clause in report["clauses"]} == {
        ASSERTED: "broken",
        VERIFIED: "broken",
    }
    assert {
        (*failure["clauses"], failure["expected"], failure["actual"])
        for failure in report["failures"]
    } == {
        (ASSERTED, "401", "200"),
        (VERIFIED, "application/json", "text/<script>alert(2)</script>"),
    }


COMMAND = ("-m", "billing_verify")
PYTEST = ("-m", "pytest", "-p", "no:cacheprovider", "contract_tests/test_input.py")


def status_of(service, *words):
    """Verify one clause with a Python that leaves `assert` out, and return the exit status and what was printed."""
    with serving(service()) as url:
        ended = subprocess.run(
            [
                *(sys.executable, "-O", *words),
                *(("--billing-url", url) if "pytest" in words else (url,)),
                *("--account-url", f"{url}/_zoo/accounts"),
                *("--clause", "input.negative"),
            ],
            capture_output=True,
            check=False,
            text=True,
            env=environment(KEY, {}),
            timeout=300,
        )
    printed = ended.stdout + ended.stderr
    assert "Traceback" not in printed, printed
    return ended.returncode, printed


@pytest.mark.parametrize("words", [COMMAND, PYTEST], ids=["command", "pytest"])
@pytest.mark.parametrize(("service", "status"), [(NegativeCredits, 1), (Service, 0)])
def test_the_verdict_is_the_same_without_assert_statements(words, service, status):
    ended, printed = status_of(service, *words)

    assert ended == status, printed


def test_claims_that_pytest_is_told_to_leave_alone_are_no_verdict():
    status, printed = status_of(NegativeCredits, *PYTEST, "--assert=plain")

    assert status == 2
    assert "run without -O" in printed
