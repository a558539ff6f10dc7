"""The program for Spark judges as billing-audit does, on a cluster of this machine alone (needs Java)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from billing_audit.history import write_history
from billing_audit.operations import Balance, Debit

PROGRAM = (
    Path(__file__).parents[2] / "examples" / "audit_on_spark" / "audit_on_spark.py"
)
ONE = Decimal(1)
RIGHT = [
    Debit(f"user-{user}", ONE, f"r{turn}", Decimal(turn), Decimal(turn), 200, 99 - turn)
    for turn in range(20)
    for user in range(20)
]
STALE = Balance("user-7", Decimal(50), Decimal(51), 200, Decimal(99))


def judged(folder, entries, *, extra=""):
    for number in range(2):
        with (folder / f"calls-{number}.jsonl").open("w", encoding="utf-8") as stream:
            write_history(entries[number::2], stream)
            stream.write(extra)
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable}
    return subprocess.run(
        [sys.executable, str(PROGRAM), f"{folder}/*.jsonl", "4"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


@pytest.fixture(autouse=True)
def java():
    assert shutil.which("java"), "Spark needs Java 17 or newer"


def test_a_right_history_prints_nothing(tmp_path):
    ended = judged(tmp_path, RIGHT)

    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr


def test_a_broken_account_is_named(tmp_path):
    ended = judged(tmp_path, [*RIGHT, STALE])

    assert ended.returncode == 1, ended.stderr
    assert ended.stdout.startswith("broken\tuser-7\tA reading (200, balance 99)")
    assert len(ended.stdout.splitlines()) == 1


def test_a_wrong_line_is_shown(tmp_path):
    ended = judged(tmp_path, RIGHT, extra='{"op": "debit", "user_id": "user-1"}\n')

    assert ended.returncode == 2, ended.stderr
    assert 'the field "status" is missing' in ended.stdout
