"""Runs the whole suite against the whole zoo and makes docs/faults.md: `make zoo`.

Every fault that needs no race is met by a quick run, every race by several standard runs, every
conforming service by several quick runs with different seeds. `--write` writes the page; without
it, only the verdict counts. Exit status 1 where a fault is
missed, a clause is accused that the fault does not touch, or a conforming service is accused.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.zoo import all_conforming, all_faults, serving
from tests.zoo.verifying import PerThread, broken_clauses, errors

SIDE_BY_SIDE = 2
PAGE = Path(__file__).parent.parent.parent / "docs" / "faults.md"


@dataclass
class Met:
    """What became of one service over its runs."""

    name: str
    caught: int = 0
    runs: int = 0
    seconds: float = 0.0
    accused: set = field(default_factory=set)
    printed: str = ""


class Zoo:
    def __init__(self, *, race_runs, seeds):
        self.verifiers = PerThread()
        self.race_runs = race_runs
        self.seeds = seeds

    def meet(self, member, *options, expected=None, runs=1, wrong=()):
        met = Met(member.name)
        for seed in range(runs):
            start = time.monotonic()
            with serving(member.service()) as url:
                _, report, printed = self.verifiers.verify(
                    url, "--seed", str(seed), *options
                )
            met.runs += 1
            met.seconds += time.monotonic() - start
            found = broken_clauses(report)
            met.caught += expected in found
            unexpected = (found - set(wrong)) | set(errors(report))
            if unexpected:
                met.accused |= unexpected
                met.printed = printed
        print(
            f"{met.name}: {met.caught} of {met.runs}, accused {sorted(met.accused)}",
            flush=True,
        )
        return met

    def fault(self, fault):
        provisional = (
            ["--provisional"] if fault.breaks.startswith(("credit", "plan")) else []
        )
        profile = "standard" if fault.race else "quick"
        runs = self.race_runs if fault.race else 1
        wrong = {fault.breaks, *fault.also}
        return self.meet(
            fault,
            "--profile",
            profile,
            *provisional,
            expected=fault.breaks,
            runs=runs,
            wrong=wrong,
        )

    def conforming(self, member):
        return self.meet(
            member, "--profile", "quick", "--strict", "--provisional", runs=self.seeds
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--race-runs", type=int, default=1, help="standard runs against each race"
    )
    parser.add_argument(
        "--seeds",
        type=int,
        default=1,
        help="quick runs against each conforming service",
    )
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    asked = parser.parse_args()
    zoo = Zoo(race_runs=asked.race_runs, seeds=asked.seeds)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        faults = list(zip(all_faults(), pool.map(zoo.fault, all_faults()), strict=True))
        conforming = list(
            zip(
                all_conforming(),
                pool.map(zoo.conforming, all_conforming()),
                strict=True,
            )
        )
    zoo.verifiers.close()
    if asked.write:
        PAGE.write_text(page(faults, conforming), encoding="utf-8")
    missed = [met.name for _, met in faults if met.caught < met.runs]
    accused = [
        (met.name, sorted(met.accused))
        for _, met in [*faults, *conforming]
        if met.accused
    ]
    print(f"missed: {missed}\naccused: {accused}")
    return 1 if missed or accused else 0


def page(faults, conforming):
    lines = [
        "# What the suite catches",
        "",
        (
            "Written by `make zoo`. Each line is a small service with one realistic fault, in `tests/zoo/faults`. "
            "A fault that needs no race is met by one quick run, a race by several standard runs. *Also* are clauses "
            "that the fault really breaks too; no run accused any other. Seconds are of one run, its start included."
        ),
        "",
        f"{len(faults)} faults, {sum(met.caught for _, met in faults)} of {sum(met.runs for _, met in faults)} runs caught them.",
        "",
        "| fault | clause | caught | profile | s |",
        "|---|---|---|---|---|",
    ]
    for fault, met in faults:
        profile = "standard" if fault.race else "quick"
        seconds = met.seconds / met.runs
        lines.append(
            f"| {fault.name}: {fault.story} | {fault.breaks} | {met.caught} of {met.runs} | {profile} | {seconds:.1f} |"
        )
    lines += [
        "",
        "## Services that conform",
        "",
        f"None of them was accused of anything, in {conforming[0][1].runs} quick, strict runs each.",
        "",
    ]
    lines += [f"- {member.name}: {member.story}" for member, _ in conforming]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
