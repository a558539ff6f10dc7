"""From the outcomes of tests to the verdict of each clause, and from those to the exit status."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from billing_contract import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from billing_contract import Clause


class Outcome(StrEnum):
    """How one test ended for one clause: ERROR where the suite or the network failed."""

    HELD = "held"
    FAILED = "failed"
    NOT_TESTED = "not tested"
    ERROR = "error"


class Verdict(StrEnum):
    """The result of a run for one clause.

    *weak* is a broken should clause; *known* is broken as the operator's settings announce; *error*
    means that the suite or the network failed, so that nothing is known of the clause.
    """

    KEPT = "kept"
    BROKEN = "broken"
    WEAK = "weak"
    KNOWN = "known"
    NOT_TESTED = "not tested"
    ERROR = "error"


class Exit(IntEnum):
    """The exit status of a run."""

    CONFORMS = 0
    BROKEN = 1
    COULD_NOT_JUDGE = 2


@dataclass(slots=True)
class ClauseRecord:
    """The outcomes of one clause, each with its reason. `known_deviation` is the operator's reason for one."""

    clause: Clause
    known_deviation: str | None = None
    outcomes: list[tuple[Outcome, str]] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """Return the verdict: the worst outcome decides, and one test that held is enough for *kept*."""
        seen = {outcome for outcome, _ in self.outcomes}
        if Outcome.FAILED in seen and self.known_deviation:
            return Verdict.KNOWN
        if Outcome.FAILED in seen:
            return Verdict.BROKEN if self.clause.level is Level.MUST else Verdict.WEAK
        if Outcome.ERROR in seen:
            return Verdict.ERROR
        return Verdict.KEPT if Outcome.HELD in seen else Verdict.NOT_TESTED

    @property
    def is_outdated(self) -> bool:
        """Return whether the settings name a deviation that no longer happens."""
        return bool(self.known_deviation) and self.verdict is Verdict.KEPT

    @property
    def reasons(self) -> list[str]:
        """Return the reasons for which the verdict is not *kept*, each once."""
        wanted = {
            Verdict.BROKEN: Outcome.FAILED,
            Verdict.WEAK: Outcome.FAILED,
            Verdict.KNOWN: Outcome.FAILED,
            Verdict.ERROR: Outcome.ERROR,
            Verdict.NOT_TESTED: Outcome.NOT_TESTED,
            Verdict.KEPT: None,
        }[self.verdict]
        return list(
            dict.fromkeys(
                reason for outcome, reason in self.outcomes if outcome is wanted
            )
        )


class Verdicts:
    """The records of all clauses that a run is to check. `deviations` has the reason of each known one."""

    def __init__(
        self, clauses: Iterable[Clause], deviations: Mapping[str, str] | None = None
    ) -> None:
        known = deviations or {}
        self.records = {
            clause.id: ClauseRecord(clause, known.get(clause.id)) for clause in clauses
        }

    def add(self, clause_id: str, outcome: Outcome, reason: str = "") -> None:
        """Add how a test ended for a clause. Raises KeyError for a clause that the run does not check."""
        self.records[clause_id].outcomes.append((outcome, reason))

    def count(self, verdict: Verdict) -> int:
        """Return how many clauses have this verdict."""
        return sum(record.verdict is verdict for record in self.records.values())

    def outdated_deviations(self) -> list[str]:
        """Return the ids of the clauses whose known deviation no longer happens."""
        return [
            record.clause.id for record in self.records.values() if record.is_outdated
        ]

    def executed_musts(self) -> tuple[int, int]:
        """Return how many must clauses have a verdict about the service, and how many were asked for."""
        musts = [
            record
            for record in self.records.values()
            if record.clause.level is Level.MUST
        ]
        executed = sum(
            record.verdict in {Verdict.KEPT, Verdict.BROKEN, Verdict.KNOWN}
            for record in musts
        )
        return executed, len(musts)

    def exit_status(self, *, strict: bool) -> Exit:
        """Return the exit status: BROKEN where a must clause is broken (where strict, also a should clause)."""
        if (
            self.count(Verdict.BROKEN)
            or self.outdated_deviations()
            or (strict and self.count(Verdict.WEAK))
        ):
            return Exit.BROKEN
        if self.count(Verdict.ERROR) or not self.executed_musts()[0]:
            return Exit.COULD_NOT_JUDGE
        return Exit.CONFORMS

    def sentence(self, *, strict: bool) -> str:
        """Return the verdict of the run with its reason, for people."""
        executed, musts = self.executed_musts()
        counted = f"{executed} of {musts} must clauses executed"
        match self.exit_status(strict=strict):
            case Exit.CONFORMS:
                weak, known = self.count(Verdict.WEAK), self.count(Verdict.KNOWN)
                hints = f"; {_counted(weak, 'should clause')} weak" if weak else ""
                hints += f"; {_counted(known, 'deviation')} known" if known else ""
                extent = "" if executed == musts else " as far as it was tested"
                return f"Conforms{extent}: no must clause is broken{hints}. {counted}."
            case Exit.BROKEN:
                return f"Does not conform: {self._why_broken()}. {counted}."
            case _:
                why = (
                    "no must clause was executed"
                    if not executed
                    else "the suite or the network failed"
                )
                return f"Could not judge: {why}; see the reasons above. {counted}."

    def _why_broken(self) -> str:
        if self.count(Verdict.BROKEN):
            return f"{_counted(self.count(Verdict.BROKEN), 'must clause')} broken"
        if self.outdated_deviations():
            return f"no longer a deviation, so take it out of the settings: {', '.join(self.outdated_deviations())}"
        return f"{_counted(self.count(Verdict.WEAK), 'should clause')} weak, and --strict counts them"


def _counted(number: int, noun: str) -> str:
    return f"1 {noun} is" if number == 1 else f"{number} {noun}s are"
