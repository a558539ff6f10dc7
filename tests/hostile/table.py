"""Runs billing-verify against every hostile service and prints what it made of each: `make hostile`.

Each service is met twice: by a run against which it is hostile from the first request on, and by
one where only its debits are. `--write` writes the page docs/hostile.md. Exit status 1 where a run
does not end in time, takes too much memory or money, or ends with 0.
"""

import argparse
from decimal import Decimal
from pathlib import Path

from tests.hostile.kinds import KINDS
from tests.hostile.running import DEBITS, EVERYWHERE, measure

PAGE = Path(__file__).parent.parent.parent / "docs" / "hostile.md"
TIMEOUT, MAX_TIME, BUDGET = "1", "15", "2"
OPTIONS = (
    *("--timeout", TIMEOUT, "--max-time", MAX_TIME),
    *("--profile", "quick", "--budget", BUDGET),
)
SECONDS_MAX = int(MAX_TIME) + 10
MEBIBYTES_MAX = 300
HEAD = f"""# Services that are hostile

Written by `make hostile ARGS=--write`. Each line is a service that does to its clients what no client expects, in `tests/hostile`, and what became of two runs against it: in one it answers so from the first request on, in the other only to debits. The runs have two named accounts and `{" ".join(OPTIONS)}`.

Exit status 2 is *could not judge*, 1 *does not conform*, 3 *not fully tested*. Memory is the most that the process had. *Taken* is what the accounts have lost, as the service's own ledger has it, and *told* what the report says.

| kind | where | exit status | s | MiB | taken | told |
|---|---|---|---|---|---|---|
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    parser.add_argument("kinds", nargs="*", help="only these kinds")
    asked = parser.parse_args()
    rows, wrong = [], []
    for name in asked.kinds or KINDS:
        for only in (EVERYWHERE, DEBITS):
            measured = measure(KINDS[name], *OPTIONS, only=only)
            rows.append(row(KINDS[name], only, measured))
            print(rows[-1], flush=True)
            if not is_right(measured):
                wrong.append(name)
                print(measured.printed, flush=True)
    if asked.write:
        PAGE.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    print(f"wrong: {wrong}")
    return 1 if wrong else 0


def row(connection, only, measured):
    """Return a line of the table."""
    where = "everywhere" if only == EVERYWHERE else "debits"
    kind = f"{connection.__name__}: {connection.__doc__}"
    money = f"{measured.taken.normalize():f} | {measured.told.normalize():f}"
    return f"| {kind} | {where} | {measured.status} | {measured.seconds:.1f} | {measured.mebibytes:.0f} | {money} |"


def is_right(measured):
    """Return whether a run ended as it should: in time, within memory and budget, and not with 0."""
    return (
        measured.status in {1, 2, 3}
        and measured.seconds <= SECONDS_MAX
        and measured.mebibytes < MEBIBYTES_MAX
        and measured.taken <= Decimal(BUDGET)
    )
