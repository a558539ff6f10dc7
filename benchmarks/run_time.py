"""Measures how long billing-verify takes against a billing-mock of its own, as whole processes.

Each profile runs several times, with another seed each time. What counts is the median: other
programs make single runs longer. Exit status 1 where a median is over the profile's ceiling, which
holds for a machine with two cores and nothing else to do.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.results import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ENVIRONMENT = {**os.environ, "BILLING_SERVICE_TOKEN": "super-secret-dev"}
CEILINGS = {"quick": 5.0, "standard": 30.0}
PROFILES = ("quick", "standard", "thorough")
DELAY_SECONDS = 0.15


@dataclass(frozen=True)
class SuiteRun:
    """One run of the suite: how long the whole process took, and how many requests it sent."""

    seconds: float
    requests: int


def main() -> int:
    """Print the times of quick and standard; return 1 when a median is above its ceiling, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    with _mock() as url:
        measured = {name: _run_often(url, name, runs) for name in CEILINGS}
    rows = [_row(name, took) for name, took in measured.items()]
    print(_table("The suite", rows).to_markdown())
    return int(
        any(
            statistics.median(run.seconds for run in measured[name]) > ceiling
            for name, ceiling in CEILINGS.items()
        )
    )


def measure_suite(*, runs: int) -> Table:
    """Return the table of all profiles, against a mock at once and one that delays each answer.

    Each profile runs `runs` times against the first, and once against the second.
    """
    with _mock() as url:
        rows = [_row(name, _run_often(url, name, runs)) for name in PROFILES]
    with _mock(DELAY_SECONDS) as url:
        rows += [
            _row(
                f"{name}, {1000 * DELAY_SECONDS:.0f} ms a request", [_run(url, name, 0)]
            )
            for name in PROFILES
        ]
    return _table("The suite against billing-mock", rows)


def _table(title: str, rows: Sequence[Sequence[str]]) -> Table:
    notes = ("Seconds of whole processes; requests of the median run.",)
    header = ("profile", "runs", "best s", "median s", "worst s", "requests")
    return Table(title, header, rows, notes)


def _row(name: str, runs: Sequence[SuiteRun]) -> tuple[str, ...]:
    took = [run.seconds for run in runs]
    requests = statistics.median_low(run.requests for run in runs)
    numbers = (min(took), statistics.median(took), max(took))
    return (name, str(len(runs)), *(f"{each:.2f}" for each in numbers), f"{requests:,}")


@contextmanager
def _mock(delay: float = 0.0) -> Iterator[str]:
    """Yield the URL of a billing-mock in a process of its own, which delays each answer by so many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        faults = Path(folder) / "faults.yaml"
        faults.write_text(f"faults:\n  - {{kind: delay, seconds: {delay}}}\n", "utf-8")
        options = ["--faults", str(faults)] if delay else []
        with subprocess.Popen(
            [sys.executable, "-m", "billing_mock", "--port", "0", *options],
            env=_ENVIRONMENT,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                first_line = process.stdout.readline() if process.stdout else ""
                yield first_line.split()[-1]
            finally:
                process.terminate()


def _run_often(url: str, profile: str, runs: int) -> list[SuiteRun]:
    return [_run(url, profile, seed) for seed in range(runs)]


def _run(url: str, profile: str, seed: int) -> SuiteRun:
    """Run the suite once. Raises CalledProcessError where it does not find the mock right."""
    print(f"suite: {profile}, seed {seed}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        start = time.perf_counter()
        subprocess.run(
            [
                *(sys.executable, "-m", "billing_verify", url),
                *("--profile", profile, "--seed", str(seed), "--json", str(report)),
            ],
            env=_ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        seconds = time.perf_counter() - start
        requests = json.loads(report.read_text(encoding="utf-8"))["requests"]
    return SuiteRun(seconds, requests)


if __name__ == "__main__":
    sys.exit(main())
