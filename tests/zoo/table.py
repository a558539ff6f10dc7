"""Runs the suite against the whole zoo and makes docs/faults.md: `make zoo`.

Every fault that needs no race is met by one quick run of the whole suite, every race by one
standard run of it and by `--race-runs` standard runs of the clause that it breaks, every conforming
service by `--seeds` quick runs. `--accounts` says where the money comes from, `--only` names some
members. `--write` writes the page; without it, only the verdict counts. Exit
status 1 where a fault is missed, a clause is accused that the fault does not touch, or a conforming
service is accused, or is not tested whole although the accounts are there.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.zoo import (
    PROVISIONAL,
    all_conforming,
    all_faults,
    independent_service,
    serving,
)
from tests.zoo.verifying import SOURCES, VerifierPerThread, broken_clauses, errors

SIDE_BY_SIDE = 2
PAGE = Path(__file__).parent.parent.parent / "docs" / "faults.md"


@dataclass
class Encounter:
    """What the suite found in one service over its runs."""

    name: str
    caught: int = 0
    runs: int = 0
    seconds: float = 0.0
    accused: set = field(default_factory=set)
    printed: str = ""

    def __str__(self):
        accused = f", accused {sorted(self.accused)}" if self.accused else ""
        return f"{self.name}: {self.caught} of {self.runs} in {self.seconds:.1f} s{accused}"


class Zoo:
    """Runs the suite against members of the zoo: `race_runs` times against a race, `seeds` times against a conforming one."""

    def __init__(self, *, race_runs, seeds, source="hook"):
        self.verifiers = VerifierPerThread(source)
        self.race_runs = race_runs
        self.seeds = seeds
        self.source = source
        self.has_every_account = source == SOURCES[0]

    def run_against(
        self, member, *options, expected=(), wrong=(), runs=1, is_whole=False
    ):
        """Verify the member `runs` times; with `is_whole`, all must be tested whole and kept, or it counts as accused."""
        met = Encounter(member.name)
        for seed in range(runs):
            start = time.monotonic()
            with running(member) as url:
                status, report, printed = self.verifiers.verify(
                    url, "--seed", str(seed), *options
                )
            met.runs += 1
            met.seconds += time.monotonic() - start
            found = broken_clauses(report)
            met.caught += found >= set(expected)
            unexpected = found - set(wrong)
            unexpected |= {f"{clause} (error)" for clause in errors(report)}
            if is_whole and status != 0:
                unexpected |= {f"exit status {status}"}
            if unexpected:
                met.accused |= unexpected
                met.printed = printed
        print(met, met.printed, flush=True)
        return met

    def fault(self, fault):
        return self.run_against(
            fault,
            *("--profile", "standard" if fault.race else "quick"),
            # Where no hook opens accounts on a plan, plan/apply puts one on it.
            *(
                ["--provisional"]
                if fault.breaks in PROVISIONAL or not self.has_every_account
                else []
            ),
            expected=[fault.breaks],
            # One fault of the code that moves money shows in the provisional operations too.
            wrong=[
                *(fault.breaks, *fault.also),
                *([] if fault.breaks in PROVISIONAL else PROVISIONAL),
            ],
        )

    def race(self, fault):
        """Make standard runs of the one clause, to know how surely it is caught."""
        return self.run_against(
            fault,
            *("--profile", "standard", "--provisional", "--clause", fault.breaks),
            expected=[fault.breaks],
            wrong=[fault.breaks],
            runs=self.race_runs,
        )

    def conforming(self, member):
        return self.run_against(
            member,
            *("--profile", "quick", "--provisional"),
            # Some should clauses need balances that only a hook gives.
            *(["--strict"] if self.has_every_account else []),
            *member.arguments,
            runs=self.seeds,
            is_whole=self.source != "named",
        )


class Independent:
    """FastAPI on SQLite in two processes: nobody derived it from the mock."""

    name = "Independent"
    description = __doc__
    arguments = ()


def running(member):
    return independent_service() if member is Independent else serving(member.service())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--race-runs", type=int, default=1, help="more runs against each race"
    )
    parser.add_argument(
        "--seeds",
        type=int,
        default=1,
        help="quick runs against each conforming service",
    )
    parser.add_argument(
        "--accounts",
        choices=SOURCES,
        default=SOURCES[0],
        help="where the suite's money comes from: a hook, two named accounts, or one beside them that may be emptied",
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="a member of the zoo; repeatable; without it all",
    )
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    asked = parser.parse_args()
    if asked.write and (asked.only or asked.accounts != SOURCES[0]):
        parser.error("the page is of all members, with a hook")
    zoo = Zoo(race_runs=asked.race_runs, seeds=asked.seeds, source=asked.accounts)

    def some(members):
        return [each for each in members if not asked.only or each.name in asked.only]

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        races = pair(pool, zoo.race, some(each for each in all_faults() if each.race))
        faults = pair(pool, zoo.fault, some(all_faults()))
        conforming = pair(pool, zoo.conforming, some([*all_conforming(), Independent]))
    zoo.verifiers.close()
    if asked.write:
        PAGE.write_text(page(faults, races, conforming), encoding="utf-8")
    missed = [met.name for _, met in [*faults, *races] if met.caught < met.runs]
    accused = [met.name for _, met in [*faults, *races, *conforming] if met.accused]
    print(f"missed: {missed}\naccused: {accused}")
    return 1 if missed or accused else 0


def pair(pool, run_against, members):
    return list(zip(members, pool.map(run_against, members), strict=True))


def page(faults, races, conforming):
    again = sum(met.runs for _, met in races)
    caught = sum(met.caught for _, met in races)
    lines = [
        "# What the suite catches",
        "",
        (
            "Written by `make zoo ARGS=--write`. Each line is a small service with one realistic fault, in `tests/zoo/faults`, "
            "and what one run of the whole suite made of it: a quick run where the fault needs no race, else a standard "
            "run. Each was judged broken by the clause that names it, and by no clause that the fault does not touch. "
            "Seconds are of that run, the start of the service included."
        ),
        "",
        f"{sum(met.caught for _, met in faults)} of {len(faults)} faults were caught. {races_summary(len(races), again, caught)}",
        "",
        "| fault | clause | caught | profile | s |",
        "|---|---|---|---|---|",
    ]
    for fault, met in faults:
        profile = "standard" if fault.race else "quick"
        lines.append(
            f"| {fault.name}: {fault.description} | {fault.breaks} | {'yes' if met.caught else 'no'} | {profile} | {met.seconds:.1f} |"
        )
    lines += [
        "",
        "## Services that conform",
        "",
        f"None of them was accused of anything in {sum(met.runs for _, met in conforming)} quick, strict runs, each with a seed of its own.",
        "",
    ]
    lines += [f"- {member.name}: {member.description}" for member, _ in conforming]
    return "\n".join(lines) + "\n"


def races_summary(kinds, runs, caught):
    """Return the sentence on the races. With n runs and no miss, 3/n bounds the share of misses with 95% confidence."""
    sentence = f"The {kinds} races were met by {runs} more standard runs of the clause that each breaks, and {caught} of these caught it"
    if caught < runs:
        return f"{sentence}."
    return f"{sentence}: with 95 % confidence a run misses a race in less than {300 / runs:.1f} % of cases (three over the number of runs)."


if __name__ == "__main__":
    sys.exit(main())
