"""From the records of all clauses to the exit status of a run, and the sentence that tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from billing_contract import Level
from billing_verify.results.reasons import larger_reason, without_numbers
from billing_verify.results.records import ClauseRecord, Outcome, OutcomeOfTest, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from billing_contract import Clause

_IN_A_SENTENCE = 12


class Exit(IntEnum):
    """The exit status of a run. INCOMPLETE: nothing is broken, but not everything was tested."""

    CONFORMS = 0
    BROKEN = 1
    COULD_NOT_JUDGE = 2
    INCOMPLETE = 3


@dataclass(slots=True)
class Untested:
    """A reason for which tests that were asked for did not run, and the clauses that miss them."""

    reason: str
    clauses: list[str] = field(default_factory=list)
    tests: int = 0


class Verdicts:
    """The records of all clauses that a run is to check.

    `deviations` has the reason of each known one. `named` are the clauses that the operator named:
    each of them counts as a must clause does. `strict` lets every should clause count.
    """

    def __init__(
        self,
        clauses: Iterable[Clause],
        deviations: Mapping[str, str] | None = None,
        *,
        named: Iterable[str] = (),
        strict: bool = False,
        accept_untested: bool = False,
    ) -> None:
        known = deviations or {}
        self.records = {
            clause.id: ClauseRecord(clause, known.get(clause.id)) for clause in clauses
        }
        self._named = frozenset(named)
        self._strict = strict
        self._accept_untested = accept_untested

    def add(
        self, clause_id: str, outcome: Outcome, reason: str = "", *, test: str
    ) -> None:
        """Add how a test ended for a clause. Raises KeyError for a clause that the run does not check."""
        self.records[clause_id].outcomes.append(OutcomeOfTest(test, outcome, reason))

    def count(self, verdict: Verdict) -> int:
        """Return how many clauses have this verdict."""
        return sum(record.verdict is verdict for record in self.records.values())

    def outdated_deviations(self) -> list[str]:
        """Return the ids of the clauses whose known deviation no longer happens."""
        return [
            record.clause.id for record in self.records.values() if record.is_outdated
        ]

    def executed_musts(self) -> tuple[int, int]:
        """Return how many must clauses were tested whole, and how many were asked for."""
        musts = [
            record
            for record in self.records.values()
            if record.clause.level is Level.MUST
        ]
        return sum(record.is_whole for record in musts), len(musts)

    def untested(self) -> list[Untested]:
        """Return why tests of clauses that count did not run; reasons that differ in numbers are one, with the largest."""
        found: dict[str, Untested] = {}
        for record in self._missing():
            for each in record.outcomes:
                if each.outcome is not Outcome.NOT_TESTED:
                    continue
                alike = without_numbers(each.reason)
                entry = found.setdefault(alike, Untested(each.reason))
                entry.tests += 1
                entry.reason = larger_reason(entry.reason, each.reason)
                if record.clause.id not in entry.clauses:
                    entry.clauses.append(record.clause.id)
        return sorted(found.values(), key=lambda each: -each.tests)

    @property
    def is_incomplete(self) -> bool:
        """Return whether nothing is broken, and a clause that counts was not tested whole."""
        return not self._is_broken() and self._is_judged() and bool(self._missing())

    def exit_status(self) -> Exit:
        """Return the exit status: the first that fits of broken, no verdict, not fully tested."""
        if self._is_broken():
            return Exit.BROKEN
        if not self._is_judged():
            return Exit.COULD_NOT_JUDGE
        if self._missing() and not self._accept_untested:
            return Exit.INCOMPLETE
        return Exit.CONFORMS

    def sentence(self) -> str:
        """Return the verdict of the run with its reason, for people."""
        executed, musts = self.executed_musts()
        counted = f"{executed} of {musts} must clauses executed"
        in_part = self.count(Verdict.IN_PART)
        counted += f", {in_part} in part" if in_part else ""
        if self._is_broken():
            return f"Does not conform: {self._why_broken()}. {counted}."
        if not self._is_judged():
            return f"Could not judge: {self._why_no_verdict()}; see the reasons above. {counted}."
        if self._missing():
            accepted = "; --accept-untested lets that pass" * self._accept_untested
            return f"Not fully tested{accepted}: no must clause is broken{self._hints()}, but {self._names_of_missing()}. {counted}."
        return f"Conforms{self._extent()}: no must clause is broken{self._hints()}. {counted}."

    def _is_broken(self) -> bool:
        return bool(
            self.count(Verdict.BROKEN)
            or self.outdated_deviations()
            or (self._strict and self.count(Verdict.WEAK))
        )

    def _is_judged(self) -> bool:
        return not self.count(Verdict.ERROR) and any(
            record.number_run for record in self._counting()
        )

    def _counting(self) -> list[ClauseRecord]:
        return [
            record
            for record in self.records.values()
            if self._strict
            or record.clause.level is Level.MUST
            or record.clause.id in self._named
        ]

    def _missing(self) -> list[ClauseRecord]:
        return [record for record in self._counting() if record.is_missing]

    def _names_of_missing(self) -> str:
        names = [record.clause.id for record in self._missing()]
        more = len(names) - _IN_A_SENTENCE
        shown = ", ".join(names[:_IN_A_SENTENCE])
        shown += f" and {more} more" if more > 0 else ""
        return f"{shown} {'was' if len(names) == 1 else 'were'} not tested, or only in part"

    def _extent(self) -> str:
        withheld = any(
            each.outcome is Outcome.WITHHELD
            for record in self._counting()
            for each in record.outcomes
        )
        return " as far as --read-only can see" if withheld else ""

    def _hints(self) -> str:
        weak, known = self.count(Verdict.WEAK), self.count(Verdict.KNOWN)
        hints = f"; {_counted(weak, 'should clause')} weak" if weak else ""
        return hints + (f"; {_counted(known, 'deviation')} known" if known else "")

    def _why_broken(self) -> str:
        if self.count(Verdict.BROKEN):
            return f"{_counted(self.count(Verdict.BROKEN), 'must clause')} broken"
        if self.outdated_deviations():
            return f"no longer a deviation, so take it out of the settings: {', '.join(self.outdated_deviations())}"
        return f"{_counted(self.count(Verdict.WEAK), 'should clause')} weak, and --strict counts them"

    def _why_no_verdict(self) -> str:
        if self.count(Verdict.ERROR):
            return "the suite or the network failed"
        return "no must clause was executed"


def _counted(number: int, noun: str) -> str:
    return f"1 {noun} is" if number == 1 else f"{number} {noun}s are"
