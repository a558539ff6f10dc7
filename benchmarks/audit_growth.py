"""Measures `billing-audit` on histories of 10^4, 10^5 and 10^6 events: CPU time, growth, memory.

A right account answers calls that overlap, in the order in which answers arrive. One debit in
a hundred loses its answer, half of those after taking effect. Each size runs in a process of
its own, so that its peak memory is its own. The seed is fixed.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from billing_audit.history import Balance, Check, Debit, Opening, write_history

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_audit.history import Entry

SIZES = (10**4, 10**5, 10**6)
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


def audit(recorded: Path) -> tuple[float, float, str]:
    """Run the command as a user does; return its CPU seconds, its peak memory in MiB, its output."""
    code = "from billing_audit.cli import main; main()"
    before = _cpu_seconds()
    result = subprocess.run(
        [sys.executable, "-c", code, str(recorded)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = _cpu_seconds() - before
    # The largest child so far: sizes grow, so the last one is the largest.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return seconds, peak, result.stdout.strip()


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print a line for each size. Raises SystemExit where a history is not explained."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--accounts", type=int, default=1)
    options.add_argument(
        "--lost", type=float, default=0.01, help="share of lost answers"
    )
    chosen = options.parse_args()
    print(f"{'events':>9}  {'seconds':>8}  {'x':>5}  {'us/event':>8}  {'MiB':>6}")
    previous = None
    with tempfile.TemporaryDirectory() as folder:
        recorded = Path(folder) / "history.jsonl"
        for events in SIZES:
            with recorded.open("w", encoding="utf-8") as stream:
                write_history(
                    history(events, accounts=chosen.accounts, lost=chosen.lost), stream
                )
            seconds, peak, words = audit(recorded)
            growth = "" if previous is None else f"{seconds / previous:.1f}"
            rate = 1e6 * seconds / events
            print(
                f"{events:>9}  {seconds:>8.2f}  {growth:>5}  {rate:>8.1f}  {peak:>6.0f}"
            )
            previous = seconds
            if "explains every answer" not in words:
                raise SystemExit(words)


if __name__ == "__main__":
    main()
