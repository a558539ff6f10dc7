"""What the checker says of an account, in words that the author of a service can use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_audit.model import INSUFFICIENT
from billing_audit.operations import Balance, Check, Debit, Operation

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Claim:
    """One of the operations that collide, and where on the way down it has to stand.

    It is done only once the balance is down to `reach`, and before the balance goes below
    `leave`. None is no bound.
    """

    operation: Operation
    reach: Decimal | None = None
    leave: Decimal | None = None

    @property
    def place(self) -> str:
        """The bounds in words, empty when there are none."""
        if self.reach is None:
            return ""
        reach = f"at {plain(self.reach)}"
        if self.reach == self.leave:
            return reach
        if self.leave is not None and self.leave > self.reach:
            return f"on the way from {plain(self.leave)} to {plain(self.reach)}"
        if isinstance(self.operation, Debit) and self.operation.status == INSUFFICIENT:
            reach = f"below {plain(self.operation.units)}"
        else:
            reach += " or less"
        return reach if self.leave is None else f"{reach}, {plain(self.leave)} or more"


@dataclass(frozen=True, slots=True)
class Linearizable:
    """Some order of single steps explains every answer.

    One such order starts at `opening` and charges exactly the indefinite debits in `charged`,
    one after another as the balance falls.
    """

    opening: Decimal
    charged: tuple[Debit, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """No order explains the answers. `claims` are the operations that collide."""

    sentence: str
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Inconclusive:
    """The checker cannot tell; this is never a pass."""

    reason: str


Verdict = Linearizable | Broken | Inconclusive


class Contradiction(Exception):  # noqa: N818 (no error of the checker: it is a finding)
    """Ends a judgement early: no order can explain what has just been seen."""

    def __init__(self, broken: Broken) -> None:
        super().__init__(broken.sentence)
        self.broken = broken


class Undecidable(Exception):  # noqa: N818 (the same)
    """Ends a judgement early: the history asks for more than the checker can tell."""


def describe(operation: Operation) -> str:
    """Name an operation and its answer so that a reader finds it in a log."""
    return f"{question(operation)} ({answer(operation)})"


def question(operation: Operation) -> str:
    """Give what was asked in a few words."""
    if isinstance(operation, Balance):
        return "reading"
    if isinstance(operation, Check):
        return f"check of {plain(operation.units)}"
    return f"debit of {plain(operation.units)} with ref {quoted(operation.ref)}"


def answer(operation: Operation) -> str:
    """Give what was answered in a few words."""
    if operation.status is None:
        return "no answer"
    words = [str(operation.status)]
    if isinstance(operation, Check) and operation.allowed is not None:
        words.append("allowed" if operation.allowed else "not allowed")
    if operation.balance is not None:
        words.append(f"balance {plain(operation.balance)}")
    return ", ".join(words)


def plain(amount: Decimal) -> str:
    """Write an amount without exponent and without idle zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quoted(text: str) -> str:
    """Quote a string from outside so that it cannot disturb a terminal."""
    return repr(text) if text.isprintable() else ascii(text)
