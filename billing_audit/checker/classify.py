"""Sorts an account's operations into groups, and finds answers that are wrong by themselves."""

from __future__ import annotations

from itertools import compress
from operator import ge
from typing import TYPE_CHECKING

from billing_audit.checker.account_history import (
    AccountHistory,
    Groups,
    balance_of,
)
from billing_audit.checker.contradictions import (
    BelowZero,
    ContradictionError,
    NegativeUnits,
    Overdrawn,
    UsedTwice,
    WrongCheck,
)
from billing_audit.checker.results import UndecidableError
from billing_audit.model import DUPLICATE, INSUFFICIENT, OK, is_indefinite
from billing_audit.operations import Check, Debit, Operation
from billing_audit.wording import describe

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal


def classify(
    operations: Iterable[Operation], opening: Decimal | None
) -> AccountHistory:
    """Return the operations in groups. Raises ValueError for a 200 without a balance."""
    groups = Groups({}, [], [], [], [], [])
    charged, readings = groups.charged, groups.readings
    for operation in operations:
        if isinstance(operation, Debit):
            if operation.status != OK:
                _add_unsuccessful(groups, operation)
            elif charged.setdefault(operation.ref, operation) is not operation:
                groups.charged_again.append(operation)
        elif operation.status == OK:
            readings.append(operation)
    return AccountHistory(groups, opening)


def check_single_answers(history: AccountHistory) -> None:
    """Check what an answer shows without regard to the order of operations.

    Raises ContradictionError for the first answer that no order can explain, UndecidableError
    for a success of zero units.
    """
    for again in history.charged_again:
        raise ContradictionError(UsedTwice(history.charged[again.ref], again))
    for step in compress(history.steps(), map(ge, history.reaches, history.leaves)):
        raise _without_units(step[0])
    for step in compress(history.steps(), map((0).__gt__, history.reaches)):
        raise ContradictionError(Overdrawn(step))
    for balance in filter((0).__gt__, [history.opening or 0, *history.shown]):
        raise ContradictionError(BelowZero(balance))
    for reading in history.readings:
        if isinstance(reading, Check):
            covered = balance_of(reading) >= reading.units
            if reading.allowed is not covered:
                raise ContradictionError(WrongCheck(reading))


def _add_unsuccessful(groups: Groups, debit: Debit) -> None:
    if debit.status == INSUFFICIENT:
        groups.refused.append(debit)
    elif debit.status == DUPLICATE:
        groups.duplicates.append(debit)
    elif is_indefinite(debit) and debit.units >= 0:
        # Negative units are refused by every service, so they never take effect unseen.
        groups.indefinite.append(debit)


def _without_units(debit: Debit) -> ContradictionError | UndecidableError:
    if debit.units < 0:
        return ContradictionError(NegativeUnits(debit))
    return UndecidableError(
        f"A {describe(debit)}: debits of zero units leave the balance as it is, so the "
        "balances do not tell their order. Leave them out of the history."
    )
