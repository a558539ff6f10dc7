"""Attacks a mock that it starts, and prints what came of it: `make attack`.

Hostile inputs, crowds, a soak and kills, each beside a well-behaved client where the mock lives
through it, and random histories for billing-audit. `--write` writes the page docs/hardness.md.
Exit status 1 where anything is wrong.
"""

import argparse
import contextlib
import json
import os
import re
import tempfile
import threading
import time
from pathlib import Path

from tests.attack.crowds import SECONDS_MAX, crowds
from tests.attack.histories import differences
from tests.attack.kills import kills
from tests.attack.mocks import Bystander, Target
from tests.attack.soak import soak
from tests.attack.storm import storm
from tests.processes import running_mock

PAGE = Path(__file__).parent.parent.parent / "docs" / "hardness.md"
# What a mock may have kept of a round of the soak, or of a storm, after a reset.
GROWTH_MAX = 40
HEAD = """# What the mock stands

Measured on {cores} cores in {minutes:.0f} minutes; everything comes from a seed and goes to 127.0.0.1. `python -m tests.attack --help` lists the arguments of shorter and longer attacks, and a short one is among the tests.

```sh
make attack ARGS="{arguments} --write"
```

| what | how much | what came of it | wrong |
|---|---|---|---|
"""


def main():
    asked = _parse()
    begun, rows = time.monotonic(), []
    for part in (_histories, _storm, _crowds, _soak, _kills):
        for row in part(asked):
            rows.append(row)
            print(_line(row), flush=True)
    wrong = [each for row in rows for each in row[3]]
    print(*wrong, sep="\n")
    if asked.write:
        minutes = (time.monotonic() - begun) / 60
        head = HEAD.format(
            arguments=_arguments(asked), cores=os.cpu_count(), minutes=minutes
        )
        PAGE.write_text(head + "\n".join(map(_line, rows)) + "\n", encoding="utf-8")
    print(f"wrong: {len(wrong)}")
    return 1 if wrong else 0


def _parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=200_000, help="hostile inputs")
    parser.add_argument("--soak", type=_seconds, default=60, help="such as 60s or 30m")
    parser.add_argument(
        "--round", type=_seconds, default=10, help="a round of the soak"
    )
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument(
        "--idle", type=int, default=10_000, help="connections that send nothing"
    )
    parser.add_argument("--each", type=int, default=1000, help="half-sent heads, half-sent bodies, and delayed answers")  # fmt: skip
    parser.add_argument("--histories", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    return parser.parse_args()


def _seconds(text):
    """Return the seconds of a duration such as 90, 90s or 30m. Raises ValueError for any other text."""
    number, unit = re.fullmatch(r"(\d+)([sm]?)", text).groups()
    return int(number) * (60 if unit == "m" else 1)


def _arguments(asked):
    names = ("inputs", "soak", "round", "kills", "idle", "each", "histories", "seed")
    return " ".join(f"--{name} {getattr(asked, name)}" for name in names)


def _line(row):
    what, how_much, outcome, wrong = row
    return f"| {what} | {how_much} | {outcome} | {len(wrong) or 'nothing'} |"


@contextlib.contextmanager
def _attacked(rows, *, exact=False):
    """Yield a mock with a well-behaved client beside it, and add what that client saw to the rows."""
    with tempfile.TemporaryDirectory(prefix="attacked-") as folder:
        accounts = Path(folder, "accounts.json")
        users = {Bystander.USER: Bystander.OPENING, "test-user": 742}
        opened = [{"user_id": user, "balance": each} for user, each in users.items()]
        accounts.write_text(json.dumps({"accounts": opened}))
        with (
            running_mock("--accounts", str(accounts)) as (process, url, _),
            Target(url, process) as target,
        ):
            yield from _with_bystander(
                target, Bystander(target.beside(), exact=exact), rows
            )


def _with_bystander(target, bystander, rows):
    stop = threading.Event()
    running = threading.Thread(target=bystander.go_on, args=(stop,))
    running.start()
    try:
        yield target
    finally:
        stop.set()
        running.join()
    rows.append(
        (
            "a well-behaved client beside it",
            f"{bystander.requests:,} requests",
            f"slowest answer {bystander.slowest * 1000:.0f} ms",
            bystander.failed,
        )
    )


def _histories(asked):
    found = differences(count=asked.histories, seed=asked.seed, jobs=os.cpu_count())
    yield (
        "random histories, judged by billing-audit and by a search through all orders",
        f"{asked.histories:,}",
        f"{len(found)} judged differently",
        found,
    )


def _storm(asked):
    rows = []
    with _attacked(rows, exact=True) as target:
        before = target.mebibytes()
        found = storm(target, count=asked.inputs, seed=asked.seed)
        target.control("POST", "reset", {"user_id": "nobody"})
        after = target.mebibytes()
    statuses = Counted(found.statuses)
    yield (
        f"hostile inputs of {len(found.sent)} kinds to every route, balances compared to the cent",
        f"{sum(found.sent.values()):,}",
        f"{statuses}; no answer of 500, no hang; memory {before} MiB before, {after} MiB after",
        found.wrong,
    )
    yield from rows


class Counted(dict):
    """Counts by status, which are printed as a short text."""

    def __str__(self):
        groups = {}
        for status, count in self.items():
            name = str(status) if status >= 500 else f"{status // 100}xx"
            groups[name] = groups.get(name, 0) + count
        return ", ".join(f"{name}: {groups[name]:,}" for name in sorted(groups))


def _crowds(asked):
    rows = []
    with _attacked(rows) as target:
        found = crowds(target, idle=asked.idle, each=asked.each)
    standing = ", ".join(f"{count:,} {name}" for name, count in found.standing.items())
    seconds = ", ".join(
        f"{name} {each * 1000:.0f} ms" for name, each in found.seconds.items()
    )
    yield (
        f"answers beside a crowd, at most {SECONDS_MAX:.0f} s",
        standing,
        seconds,
        found.wrong,
    )
    yield from rows


def _soak(asked):
    rows = []
    with _attacked(rows) as target:
        found = soak(
            target,
            seconds=asked.soak,
            round_seconds=asked.round,
            seed=asked.seed,
        )
    first, last = found.after_reset[1], max(found.after_reset[1:])
    wrong = list(found.wrong)
    if last > first + GROWTH_MAX:
        wrong.append(f"memory after a reset grew from {first} MiB to {last} MiB")
    yield (
        "a soak with faults, readers of the journal and a reset each round, judged by billing-audit on the mock's own history",
        f"{asked.soak} s, {found.requests:,} requests in {found.rounds} rounds",
        f"books balanced; memory after a reset {first} MiB in the first round, {found.after_reset[-1]} MiB in the last, {found.highest} MiB at most; {found.inconclusive} accounts inconclusive",
        wrong,
    )
    yield from rows


def _kills(asked):
    found = kills(count=asked.kills, seed=asked.seed)
    yield (
        "kills at random moments under load",
        ", ".join(f"{count} {name}" for name, count in found.sent.items()),
        f"port free, no file, no process left; the longest end took {found.slowest:.1f} s",
        found.wrong,
    )
