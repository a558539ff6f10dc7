"""The README's program runs, and its tables name what there is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import billing
from billing_mock.findings import RULES

FOLDER = Path(__file__).parent.parent
README = (FOLDER / "README.md").read_text()


def test_its_program_charges_once(billing_mock_environment, tmp_path):
    [program] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)

    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(FOLDER)},
        cwd=tmp_path,
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )

    assert (ended.stdout, ended.stderr) == ("the answer\n", "")
    [debit] = billing_mock_environment.debits
    assert debit.units == Decimal("2.0")
    billing_mock_environment.assert_no_findings()


def test_the_errors_that_it_names_are_there():
    errors = set(re.findall(r"`(\w+Error)`", README))

    assert errors == {name for name in billing.__all__ if name.endswith("Error")}


def test_the_findings_that_it_names_are_rules():
    named = set(re.findall(r"[Ff]inding `([\w-]+)`", README))

    assert named
    assert named <= {rule.name for rule in RULES}


def test_its_links_lead_somewhere():
    links = re.findall(r"\]\(([^)]+)\)", README)

    assert links
    assert [link for link in links if not (FOLDER / link).exists()] == []
