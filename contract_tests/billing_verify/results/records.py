"""What the tests of one clause showed, and the verdict that this makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from billing_contract import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_contract import Clause


class Outcome(StrEnum):
    """How one test ended for one clause.

    NOT_TESTED is for what the target or the options did not give, WITHHELD for what --read-only did
    not ask for, NOT_APPLICABLE for a question that this deployment does not raise, ERROR for a
    failure of the suite or the network.
    """

    HELD = "held"
    FAILED = "failed"
    NOT_TESTED = "not tested"
    WITHHELD = "withheld"
    NOT_APPLICABLE = "not applicable"
    ERROR = "error"


class Verdict(StrEnum):
    """The result of a run for one clause.

    *kept* means that every test that decides the clause ran and held, *in part* that some held and
    the others did not run. *weak* is a broken should clause; *known* is broken as the operator's
    settings announce; *error* means that the suite or the network failed, so that nothing is known
    of the clause.
    """

    KEPT = "kept"
    BROKEN = "broken"
    WEAK = "weak"
    KNOWN = "known"
    IN_PART = "in part"
    NOT_TESTED = "not tested"
    ERROR = "error"


_NOT_RUN = (Outcome.NOT_TESTED, Outcome.WITHHELD)
_BY_WEIGHT = (
    Outcome.FAILED,
    Outcome.ERROR,
    Outcome.NOT_TESTED,
    Outcome.WITHHELD,
    Outcome.HELD,
    Outcome.NOT_APPLICABLE,
)
_REASONS_OF = {
    Verdict.BROKEN: (Outcome.FAILED,),
    Verdict.WEAK: (Outcome.FAILED,),
    Verdict.KNOWN: (Outcome.FAILED,),
    Verdict.ERROR: (Outcome.ERROR,),
    Verdict.IN_PART: _NOT_RUN,
    Verdict.NOT_TESTED: (*_NOT_RUN, Outcome.NOT_APPLICABLE),
    Verdict.KEPT: (),
}


@dataclass(frozen=True, slots=True)
class OutcomeOfTest:
    """How a test, named by its node id, ended for a clause, and the reason in words."""

    test: str
    outcome: Outcome
    reason: str = ""


@dataclass(slots=True)
class ClauseRecord:
    """The outcomes of one clause. `known_deviation` is the operator's reason for one."""

    clause: Clause
    known_deviation: str | None = None
    outcomes: list[OutcomeOfTest] = field(default_factory=list)

    @property
    def number_of_tests(self) -> int:
        """Return how many tests decide the clause for this deployment."""
        return sum(outcome is not Outcome.NOT_APPLICABLE for outcome in self._ends())

    @property
    def number_run(self) -> int:
        """Return how many of these tests ran until they held or failed."""
        return sum(
            outcome in {Outcome.HELD, Outcome.FAILED} for outcome in self._ends()
        )

    @property
    def verdict(self) -> Verdict:
        """Return the verdict: the worst outcome decides, and only tests that all held are *kept*."""
        seen = set(self._ends())
        if Outcome.FAILED in seen and self.known_deviation:
            return Verdict.KNOWN
        if Outcome.FAILED in seen:
            return Verdict.BROKEN if self.clause.level is Level.MUST else Verdict.WEAK
        if Outcome.ERROR in seen:
            return Verdict.ERROR
        if Outcome.HELD not in seen:
            return Verdict.NOT_TESTED
        return Verdict.KEPT if seen.isdisjoint(_NOT_RUN) else Verdict.IN_PART

    @property
    def is_whole(self) -> bool:
        """Return whether the verdict is one about the service."""
        return self.verdict not in {Verdict.IN_PART, Verdict.NOT_TESTED, Verdict.ERROR}

    @property
    def is_missing(self) -> bool:
        """Return whether a test of it that was asked for did not run, and nothing else decides."""
        return not self.is_whole and Outcome.NOT_TESTED in set(self._ends())

    @property
    def is_outdated(self) -> bool:
        """Return whether the settings name a deviation that no longer happens."""
        return bool(self.known_deviation) and self.verdict is Verdict.KEPT

    @property
    def reasons(self) -> list[str]:
        """Return the reasons for which the verdict is not *kept*, each once."""
        wanted = _REASONS_OF[self.verdict]
        return list(
            dict.fromkeys(
                each.reason for each in self.outcomes if each.outcome in wanted
            )
        )

    def _ends(self) -> Iterator[Outcome]:
        """Yield the weightiest outcome of each test."""
        weightiest: dict[str, Outcome] = {}
        for each in self.outcomes:
            known = weightiest.get(each.test, each.outcome)
            weightiest[each.test] = min(known, each.outcome, key=_BY_WEIGHT.index)
        yield from weightiest.values()
