"""Runs the benchmarks that print their own figures, and puts what they print into tables."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.results import Table


def measure_stored_debits() -> Table:
    """Return what stored_debits.py prints: bytes for a stored debit, time of a debit in process."""
    rows = []
    for line in _run("stored_debits"):
        number, _, what = line.partition(" ")
        rows.append((what, number))
    return Table("Debits in process", ("what", "value"), rows)


def measure_audit() -> Table:
    """Return what audit_growth.py prints: seconds and memory of billing-audit by number of events."""
    header, *lines = _run("audit_growth")
    rows = []
    for line in lines:
        cells = line.split()
        if len(cells) < len(header.split()):
            cells.insert(4, "")  # the first size has no growth
        rows.append(tuple(cells))
    return Table("billing-audit", header.split(), rows)


def _run(module: str) -> list[str]:
    print(f"running {module}", file=sys.stderr, flush=True)
    result = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.splitlines()
