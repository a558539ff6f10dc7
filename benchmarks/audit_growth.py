"""Measures `billing-audit` on histories of 10^5 to 10^7 events, with one process and two, without and with the extra.

Right accounts answer calls that overlap, in the order in which answers arrive. One debit in
a hundred loses its answer, half of those after taking effect. The memory is the largest sum of
all processes' resident sets, looked at every twentieth of a second. The seed is fixed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from decimal import Decimal
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.processes import Process
from billing_audit.history import Balance, Check, Debit, Opening, write_history

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_audit.history import Entry

SIZES = (10**5, 10**6, 10**7)
JOBS = (1, 2)
EXTRAS = ("none", "fast") if find_spec("pyarrow") else ("none",)
_LOOK_SECONDS = 0.05  # looking without a pause would take a core from what is measured
OPENING = Decimal(10**7)
CENT = Decimal("0.01")
MICROSECOND = Decimal("0.000001")


def history(
    events: int, *, accounts: int, lost: float, seed: int = 7
) -> Iterator[Entry]:
    """Yield what right accounts answer, up to twelve calls at a time."""
    dice = random.Random(seed)  # noqa: S311 (a benchmark has to repeat itself)
    balances = [OPENING] * accounts
    for number in range(accounts):
        yield Opening(f"user-{number}", OPENING)
    for number in range(events):
        account = dice.randrange(accounts)
        user = f"user-{account}"
        start = (1000 * number + dice.randrange(6000)) * MICROSECOND
        end = (1000 * number + 6000 + dice.randrange(6000)) * MICROSECOND
        units = dice.randrange(1, 500) * CENT
        kind = dice.random()
        if kind < 0.15:  # noqa: PLR2004 (the mix of calls)
            yield Balance(user, start, end, 200, balances[account])
        elif kind < 0.3:  # noqa: PLR2004 (the same)
            allowed = balances[account] >= units
            yield Check(user, units, start, end, 200, allowed, balances[account])
        elif dice.random() < lost:
            balances[account] -= units * dice.randrange(2)
            yield Debit(user, units, f"ref-{number:08d}", start, None, None)
        else:
            balances[account] -= units
            left = balances[account]
            yield Debit(user, units, f"ref-{number:08d}", start, end, 200, left)


class Measured(NamedTuple):
    """Seconds on the wall clock, seconds of CPU, and the peak memory in MiB, of all processes."""

    wall: float
    cpu: float
    memory: float


def audit(recorded: Path, *words: str) -> Measured:
    """Run the command as a user does. Raises SystemExit where the history is not explained."""
    log = recorded.with_suffix(".log")
    command = [sys.executable, "-m", "billing_audit", recorded, *words]
    begun = time.perf_counter()
    process = Process(command, log=log, environment={})
    memory, cpu = 0, 0.0
    while not process.has_ended:
        memory = max(memory, process.resident_bytes())
        cpu = max(cpu, process.cpu_seconds())
        time.sleep(_LOOK_SECONDS)
    wall = time.perf_counter() - begun
    if "explains every answer" not in process.output:
        raise SystemExit(process.output)
    return Measured(wall, cpu, memory / 2**20)


def main() -> None:
    """Print a line for each size and number of processes. Raises SystemExit where a history is not explained."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--accounts", type=int, default=1000)
    options.add_argument(
        "--lost", type=float, default=0.01, help="share of lost answers"
    )
    options.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=SIZES,
        help="events, for example 30000000",
    )
    chosen = options.parse_args()
    print(
        f"{'events':>9}  {'jobs':>4}  {'extra':>5}  {'seconds':>8}  {'x':>5}  {'CPU':>7}  {'us/event':>8}  {'MiB':>6}"
    )
    previous: dict[tuple[int, str], float] = {}
    with tempfile.TemporaryDirectory() as folder:
        recorded = Path(folder) / "history.jsonl"
        for events in chosen.sizes:
            with recorded.open("w", encoding="utf-8") as stream:
                write_history(
                    history(events, accounts=chosen.accounts, lost=chosen.lost), stream
                )
            for jobs, extra in product(JOBS, EXTRAS):
                words = () if extra == "fast" else ("--no-proof",)
                measured = audit(recorded, "--jobs", str(jobs), *words)
                before = previous.get((jobs, extra))
                growth = f"{measured.wall / before:.1f}" if before else ""
                rate = 1e6 * measured.cpu / events
                print(
                    f"{events:>9}  {jobs:>4}  {extra:>5}  {measured.wall:>8.2f}  {growth:>5}  {measured.cpu:>7.2f}  "
                    f"{rate:>8.1f}  {measured.memory:>6.0f}",
                    flush=True,
                )
                previous[jobs, extra] = measured.wall


if __name__ == "__main__":
    main()
