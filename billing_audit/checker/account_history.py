"""One account's operations, sorted by what their answers tell, each with its place.

A debit's units are above zero, so every success leaves the balance lower than it was, and a
balance names a moment on the way down. Two balances bound the place of an answered operation:

- `reach`: it is done only once the balance is down to this. A success reaches the balance
  that it left, a reading the one that it shows, a 403 the largest that is too little, a 409
  the one that the success of its ref left.
- `leave`: it is done before the balance goes below this. A success leaves from the balance
  that it took its units from, a reading from the one that it shows, a 403 from where the ref
  that it refused succeeded later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, compress
from operator import add, ge
from typing import TYPE_CHECKING

from billing_audit.checker import counterexamples
from billing_audit.checker.exact_units import Scale, measure
from billing_audit.checker.results import (
    Claim,
    Contradiction,
    Undecidable,
    describe,
)
from billing_audit.model import (
    DUPLICATE,
    INSUFFICIENT,
    OK,
    is_indefinite,
)
from billing_audit.operations import Balance, Check, Debit, Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

Place = tuple[Operation, int, int | None]
Step = tuple[Debit, int, int]


@dataclass(slots=True)
class Story:
    """What an account was told. Operations whose answers tell nothing are left out.

    After `finish` the amounts stand in columns beside their operations: `reaches` and `leaves`
    beside `charged`, `shown` beside `readings`, `asked` beside `refused`, `lost` beside
    `indefinite`. They are whole numbers on `scale`.
    """

    charged: dict[str, Debit] = field(default_factory=dict)
    readings: list[Check | Balance] = field(default_factory=list)
    refused: list[Debit] = field(default_factory=list)
    duplicates: list[Debit] = field(default_factory=list)
    indefinite: list[Debit] = field(default_factory=list)
    scale: Scale = field(init=False)
    opening: int | None = field(init=False)
    reaches: list[int] = field(init=False)
    leaves: list[int] = field(init=False)
    shown: list[int] = field(init=False)
    asked: list[int] = field(init=False)
    lost: list[int] = field(init=False)

    def finish(self, opening: Decimal | None) -> None:
        """Measure, when everything is in."""
        # A ref is used once: where one attempt is known to have succeeded, no other one did.
        self.indefinite = [
            each for each in self.indefinite if each.ref not in self.charged
        ]
        self.scale, (opened, units, self.reaches, self.shown, self.asked, self.lost) = (
            measure(
                [
                    [] if opening is None else [opening],
                    [debit.units for debit in self.charged.values()],
                    [balance_of(debit) for debit in self.charged.values()],
                    [balance_of(reading) for reading in self.readings],
                    [debit.units for debit in self.refused],
                    [debit.units for debit in self.indefinite],
                ]
            )
        )
        self.opening = opened[0] if opened else None
        self.leaves = list(map(add, self.reaches, units))

    def steps(self) -> Iterator[Step]:
        """Give the successes with their places."""
        return zip(self.charged.values(), self.reaches, self.leaves, strict=True)

    def others(self) -> Iterator[Place]:
        """Give the other answered operations with their places; None is no bound."""
        for reading, balance in zip(self.readings, self.shown, strict=True):
            yield reading, balance, balance
        if not (self.refused or self.duplicates):
            return
        step_of = dict(zip(self.charged, self.steps(), strict=True))
        for debit, units in zip(self.refused, self.asked, strict=True):
            step = step_of.get(debit.ref)
            yield debit, units - 1, None if step is None else step[2]
        for debit in self.duplicates:
            step = step_of.get(debit.ref)
            if step is not None:
                yield debit, step[1], None

    def places(self) -> Iterator[Place]:
        """Give all of them."""
        return chain(self.steps(), self.others())

    def claim(self, place: Place) -> Claim:
        """State a place in amounts."""
        operation, reach, leave = place
        amount = self.scale.amount
        return Claim(operation, amount(reach), None if leave is None else amount(leave))


def sort_out(operations: Iterable[Operation], opening: Decimal | None) -> Story:
    """Sort the operations; raise Contradiction for an answer that is wrong by itself."""
    story = Story()
    charged, readings = story.charged, story.readings
    for operation in operations:
        if isinstance(operation, Debit):
            if operation.status != OK:
                _sort_debit(story, operation)
            elif charged.setdefault(operation.ref, operation) is not operation:
                first = charged[operation.ref]
                raise Contradiction(counterexamples.used_twice(first, operation))
        elif operation.status == OK:
            readings.append(operation)
    story.finish(opening)
    _refuse_wrong_answers(story)
    return story


def balance_of(operation: Operation) -> Decimal:
    """Give the balance that a 200 told."""
    if operation.balance is None:
        raise ValueError(f"a {describe(operation)} has to have a balance")
    return operation.balance


def end_of(operation: Operation) -> Decimal:
    """Give the end of an operation with an answer."""
    if operation.end is None:
        raise ValueError(f"a {describe(operation)} has to have an end")
    return operation.end


def _sort_debit(story: Story, debit: Debit) -> None:
    if debit.status == INSUFFICIENT:
        story.refused.append(debit)
    elif debit.status == DUPLICATE:
        story.duplicates.append(debit)
    elif is_indefinite(debit) and debit.units >= 0:
        # Negative units are refused by every service, so they never take effect unseen.
        story.indefinite.append(debit)


def _refuse_wrong_answers(story: Story) -> None:
    for step in compress(story.steps(), map(ge, story.reaches, story.leaves)):
        raise _free(step[0])
    for step in compress(story.steps(), map((0).__gt__, story.reaches)):
        raise Contradiction(counterexamples.overdrawn(story, step))
    for reading in story.readings:
        if isinstance(reading, Check):
            covered = balance_of(reading) >= reading.units
            if reading.allowed is not covered:
                raise Contradiction(counterexamples.wrong_check(reading))


def _free(debit: Debit) -> Contradiction | Undecidable:
    if debit.units < 0:
        return Contradiction(counterexamples.credited(debit))
    return Undecidable(
        f"A {describe(debit)}: debits of zero units leave the balance as it is, so the "
        "balances do not tell their order. Leave them out of the history."
    )
