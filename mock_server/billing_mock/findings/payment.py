"""A payment: all debits of one user with one ref."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from billing_mock.journal.record import ClientKnowledge

if TYPE_CHECKING:
    from decimal import Decimal

    from billing_mock.journal.record import Record

    UnitsAndReason: TypeAlias = tuple[Decimal | None, str | None]

_CONFLICT = 409
_CHARGED = frozenset({200, _CONFLICT})


@dataclass(frozen=True, slots=True)
class Payment:
    """All debits of one user with one ref, sorted by the time when they started; never empty."""

    debits: tuple[Record, ...]

    @property
    def first(self) -> Record:
        """Return the debit that started first."""
        return self.debits[0]

    @property
    def units_and_reason(self) -> UnitsAndReason:
        """Return the units and the reason of the first debit; two payments with equal ones may be one purchase."""
        return self.first.units, self.first.reason

    @property
    def unresolved_debit(self) -> Record | None:
        """Return the last debit whose outcome the gateway cannot know, or None.

        None is returned where there is no such debit, where another debit of the payment started
        after it (a retry), and where any debit of the payment was answered in time with 200 or
        409, by which the gateway knows that the ref is charged.
        """
        unknown = [
            each for each in self.debits if each.knowledge is ClientKnowledge.INDEFINITE
        ]
        if not unknown:
            return None
        last = unknown[-1]
        retried = any(each.start > last.start for each in self.debits)
        known = any(
            each.knowledge is ClientKnowledge.DEFINITE
            and each.delivery.answer.status in _CHARGED
            for each in self.debits
        )
        return None if retried or known else last

    @property
    def conflict(self) -> Record | None:
        """Return the first debit that was answered with 409, whole and in time, or None where none was."""
        for each in self.debits:
            if (
                each.knowledge is ClientKnowledge.DEFINITE
                and each.delivery.answer.status == _CONFLICT
            ):
                return each
        return None
