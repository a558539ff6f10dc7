"""The audit of our dependencies fails for a vulnerable version, and for nothing else."""

from __future__ import annotations

import json
import sys

import pytest

from tools import audit_dependencies
from tools.audit_dependencies import report_of

SAFE = {"name": "click", "version": "8.1.0", "vulns": []}
SKIPPED = {"name": "ours", "skip_reason": "not found"}
WRONG = {
    "name": "flask",
    "version": "0.1",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["0.2"]}],
}


def report(*packages):
    return report_of(json.dumps({"dependencies": packages, "fixes": []}))


def test_safe_versions_are_counted():
    assert report(SAFE, SKIPPED) == (
        "1 of 2 packages were audited; none is known to be vulnerable.",
        False,
    )


def test_a_vulnerable_version_is_named_with_its_remedy():
    words, is_vulnerable = report(SAFE, WRONG)

    assert is_vulnerable
    assert "flask 0.1: PYSEC-1, mended in 0.2" in words


@pytest.mark.parametrize(
    "output", ["", "Traceback", "[]", "{}", json.dumps({"dependencies": [SKIPPED]})]
)
def test_a_database_out_of_reach_is_no_failure(output, monkeypatch, capsys):
    program = [sys.executable, "-c", f"print({output!r}, end=''); exit(1)"]
    monkeypatch.setattr(audit_dependencies, "COMMAND", program)

    assert audit_dependencies.main() == 0
    assert "nothing was audited" in capsys.readouterr().out
