"""Under `python -O`, which leaves `assert` out of most modules, the contract tests claim as much as ever."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.processes import KEY, environment
from tests.reported import serving_nonsense

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
