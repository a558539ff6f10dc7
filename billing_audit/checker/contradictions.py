"""The contradictions that end a check, as data: what collided, without a sentence about it.

Balances are whole numbers on the scale of the account's history.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from billing_audit.checker.account_history import Place
    from billing_audit.operations import Check, Debit


@dataclass(frozen=True, slots=True)
class NegativeUnits:
    """A debit of negative units succeeded."""

    debit: Debit


@dataclass(frozen=True, slots=True)
class UsedTwice:
    """Two debits with one ref succeeded."""

    first: Debit
    second: Debit


@dataclass(frozen=True, slots=True)
class WrongCheck:
    """A check whose `allowed` does not agree with its own balance."""

    check: Check


@dataclass(frozen=True, slots=True)
class Overdrawn:
    """A success that left less than nothing."""

    place: Place


@dataclass(frozen=True, slots=True)
class RefusedTooSoon:
    """A 403 whose ref succeeded later, from a balance that covered the 403 too."""

    place: Place


@dataclass(frozen=True, slots=True)
class SameSource:
    """Two successes that took their units from one balance."""

    balance: int


@dataclass(frozen=True, slots=True)
class Crossing:
    """A success from `top` that passed over a balance `between`, which another answer shows."""

    top: int
    between: int


@dataclass(frozen=True, slots=True)
class AboveOpening:
    """An answer with a balance above the opening balance."""

    balance: int
    opening: int


@dataclass(frozen=True, slots=True)
class BelowZero:
    """A balance below zero: of the opening, or in an answer to which no success leads."""

    balance: int


@dataclass(frozen=True, slots=True)
class TooLate:
    """An operation that comes first by its balance, and began after the other one had ended.

    One leaves from `balance` or above and began at `start`; the other reaches a balance below
    and ended at `end`, before `start`.
    """

    balance: int
    start: Decimal
    end: Decimal


@dataclass(frozen=True, slots=True)
class UnexplainedDuplicate:
    """A 409 for a ref that no debit can have used before."""

    ref: str


@dataclass(frozen=True, slots=True)
class NeverRefusable:
    """A 403 for units that the account always held.

    `known` is the lowest balance that an answer shows, `lowest` the lowest that is possible.
    """

    place: Place
    known: int
    lowest: int


@dataclass(frozen=True, slots=True)
class Unfilled:
    """A fall of the balance to which no debits add up."""

    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class NoChoice:
    """No choice among the indefinite debits explains the history.

    Every one fails at the latest in the fall from `top` to `bottom`, or below `top` where
    `bottom` is None.
    """

    top: int
    bottom: int | None


Contradiction = (
    NegativeUnits
    | UsedTwice
    | WrongCheck
    | Overdrawn
    | RefusedTooSoon
    | SameSource
    | Crossing
    | AboveOpening
    | BelowZero
    | TooLate
    | UnexplainedDuplicate
    | NeverRefusable
    | Unfilled
    | NoChoice
)


class ContradictionError(Exception):
    """Raised as soon as no order can explain the history; carries the contradiction."""

    def __init__(self, contradiction: Contradiction) -> None:
        super().__init__(contradiction)
        self.contradiction = contradiction
