"""Measure how long billing-verify takes against a billing-mock of its own, as whole processes.

Each profile runs several times, with another seed each time. The median counts, since other
programs make single runs longer. Exit status 1 when a median is above the profile's ceiling, in
seconds, for an otherwise idle machine with two cores.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENVIRONMENT = {**os.environ, "BILLING_SERVICE_TOKEN": "super-secret-dev"}
CEILINGS = {"quick": 5.0, "standard": 30.0}


def main() -> int:
    """Print the times of each profile; return 1 when a median is above its ceiling, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    print(f"{'profile':>8}  {'best':>6}  {'median':>6}  {'worst':>6}  {'ceiling':>7}")
    medians = {}
    with _mock() as url:
        for profile, ceiling in CEILINGS.items():
            took = [_seconds(url, profile, seed) for seed in range(runs)]
            medians[profile] = statistics.median(took)
            print(
                f"{profile:>8}  {min(took):>6.2f}  {medians[profile]:>6.2f}"
                f"  {max(took):>6.2f}  {ceiling:>7.2f}"
            )
    return int(any(medians[name] > ceiling for name, ceiling in CEILINGS.items()))


@contextmanager
def _mock() -> Iterator[str]:
    """Yield the URL of a billing-mock in a process of its own, as users run it."""
    with subprocess.Popen(
        [sys.executable, "-m", "billing_mock", "--port", "0"],
        env=_ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            first_line = process.stdout.readline() if process.stdout else ""
            yield first_line.split()[-1]
        finally:
            process.terminate()


def _seconds(url: str, profile: str, seed: int) -> float:
    start = time.perf_counter()
    subprocess.run(
        [
            *(sys.executable, "-m", "billing_verify", url),
            *("--profile", profile, "--seed", str(seed)),
        ],
        env=_ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
