"""What the checker returns for one account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_audit.model import INSUFFICIENT
from billing_audit.operations import Debit, Operation
from billing_audit.wording import plain

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Claim:
    """One of the operations that collide, and the balances between which it took effect.

    By its answer it takes effect only once the balance is down to `reach`, and before the
    balance goes below `leave`. None is no bound.
    """

    operation: Operation
    reach: Decimal | None = None
    leave: Decimal | None = None

    @property
    def place(self) -> str:
        """Return the bounds in words, empty when there are none."""
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

    One such order starts at the balance `opening`; of the indefinite debits exactly those in
    `charged` take effect, one after another as the balance falls.
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
    """The checker could not decide, for this reason. It is never a pass."""

    reason: str


CheckResult = Linearizable | Broken | Inconclusive


class UndecidableError(Exception):
    """Raised where a history cannot be decided; the message is the reason of an Inconclusive."""
