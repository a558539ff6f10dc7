"""One account's operations in groups, each operation with its place between two balances.

A debit's units are above zero, so every success leaves the balance lower than it was, and a
balance stands for one period of the account's life. Two balances bound the place of an answered
operation:

- `reach`: it takes effect only once the balance is down to this. A success reaches the balance
  that it left, a reading the one that it shows, a 403 the largest that is too little, a 409
  the one that the success of its ref left.
- `leave`: it takes effect before the balance goes below this. A success leaves from the balance
  that it took its units from, a reading from the one that it shows, a 403 from where the ref
  that it refused succeeded later.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from operator import add
from typing import TYPE_CHECKING

from billing_audit.checker.exact_units import Scale, measure
from billing_audit.checker.results import Claim
from billing_audit.operations import Balance, Check, Debit, Operation
from billing_audit.wording import describe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

Place = tuple[Operation, int, int | None]
Step = tuple[Debit, int, int]


@dataclass(slots=True)
class Groups:
    """One account's operations by what their answers show, without those that show nothing.

    `charged` are the successes by their ref, `charged_again` those whose ref had succeeded
    already, `refused` the 403s, `duplicates` the 409s, and `indefinite` the debits that may
    have taken effect.
    """

    charged: dict[str, Debit]
    charged_again: list[Debit]
    readings: list[Check | Balance]
    refused: list[Debit]
    duplicates: list[Debit]
    indefinite: list[Debit]


class AccountHistory:
    """The groups of one account, with their amounts as whole numbers on one `scale`.

    The amounts stand in columns beside their operations: `reaches` and `leaves` beside
    `charged`, `shown` (balances) beside `readings`, `asked` (units) beside `refused`, `lost`
    (units) beside `indefinite`. `opening` is None where the history has no opening.
    Raises ValueError for a 200 without a balance.
    """

    def __init__(self, groups: Groups, opening: Decimal | None) -> None:
        self.charged = groups.charged
        self.charged_again = groups.charged_again
        self.readings = groups.readings
        self.refused = groups.refused
        self.duplicates = groups.duplicates
        # A ref debits once: where one debit with it succeeded, no other one took effect.
        self.indefinite = [
            each for each in groups.indefinite if each.ref not in self.charged
        ]
        columns = [
            [] if opening is None else [opening],
            [debit.units for debit in self.charged.values()],
            [balance_of(debit) for debit in self.charged.values()],
            [balance_of(reading) for reading in self.readings],
            [debit.units for debit in self.refused],
            [debit.units for debit in self.indefinite],
        ]
        self.scale: Scale
        self.scale, (opened, units, self.reaches, self.shown, self.asked, self.lost) = (
            measure(columns)
        )
        self.opening = opened[0] if opened else None
        self.leaves = list(map(add, self.reaches, units))

    def steps(self) -> Iterator[Step]:
        """Return the successes with their places."""
        return zip(self.charged.values(), self.reaches, self.leaves, strict=True)

    def others(self) -> Iterator[Place]:
        """Yield the other answered operations with their places; None is no bound."""
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
        """Return all answered operations with their places."""
        return chain(self.steps(), self.others())

    def claim(self, place: Place) -> Claim:
        """Return a place with its bounds as amounts."""
        operation, reach, leave = place
        amount = self.scale.amount
        return Claim(operation, amount(reach), None if leave is None else amount(leave))


def balance_of(operation: Operation) -> Decimal:
    """Return the balance of a 200. Raises ValueError where the answer has none."""
    if operation.balance is None:
        raise ValueError(f"a {describe(operation)} has to have a balance")
    return operation.balance


def end_of(operation: Operation) -> Decimal:
    """Return the end of an answered operation. Raises ValueError where it has none."""
    if operation.end is None:
        raise ValueError(f"a {describe(operation)} has to have an end")
    return operation.end
