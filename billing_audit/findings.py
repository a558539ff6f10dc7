"""What was found in a history, or in a part of one: counts, the accounts that are not explained, a wrong line."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter, eq
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from billing_audit.checker.check import Broken, Inconclusive, check
from billing_audit.history import LineError, read_history
from billing_audit.timeline import Timeline, timeline

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from billing_audit.history import AccountOperations, History, Operation

DRAWN_MAX: Final = 3
INFORMATIVE: Final = (200, 403, 409)


Result = TypeVar("Result", Broken, Inconclusive)


@dataclass(frozen=True, slots=True)
class Unexplained(Generic[Result]):
    """An account whose answers no order explains, or of which that could not be decided.

    `first_line` is the number of its first line, `claim_lines` those of the operations that
    collide. Only the first accounts of a history have a timeline.
    """

    user_id: str
    first_line: int
    result: Result
    claim_lines: tuple[int, ...] = ()
    timeline: Timeline | None = None


@dataclass(slots=True)
class Findings:
    """What was found in some accounts, each of which is here whole.

    `is_informative` is true where some answer tells of a balance: 200, 403 or 409.
    """

    operations: int = 0
    accounts: int = 0
    is_informative: bool = False
    broken: list[Unexplained[Broken]] = field(default_factory=list)
    inconclusive: list[Unexplained[Inconclusive]] = field(default_factory=list)
    error: LineError | None = None

    def add(self, other: Findings) -> None:
        """Add what was found in other accounts; of two wrong lines the first one stays."""
        self.operations += other.operations
        self.accounts += other.accounts
        self.is_informative |= other.is_informative
        self.broken += other.broken
        self.inconclusive += other.inconclusive
        if other.error and (
            self.error is None or other.error.number < self.error.number
        ):
            self.error = other.error


def judge_lines(numbered_lines: Iterable[tuple[int, bytes]], *, steps: int) -> Findings:
    """Return what is found in the accounts of these lines; a line that is no entry ends it as its error."""
    try:
        return judge(read_history(numbered_lines), steps=steps)
    except LineError as error:
        return Findings(error=error)


def judge(history: History, *, steps: int) -> Findings:
    """Return what is found in a history. The search in each account takes at most `steps` steps back."""
    findings = Findings(
        operations=history.operation_count,
        accounts=len(history.accounts),
        is_informative=any(
            operation.status in INFORMATIVE
            for account in history.accounts.values()
            for operation in account.operations
        ),
    )
    for user_id, account in history.accounts.items():
        opening = None if account.opening is None else account.opening.balance
        operations = _in_order(account.operations)
        result = check(operations, opening=opening, steps=steps)
        if isinstance(result, Inconclusive):
            found = Unexplained(user_id, account.first_line, result)
            findings.inconclusive.append(found)
        elif isinstance(result, Broken):
            is_drawn = len(findings.broken) < DRAWN_MAX
            findings.broken.append(
                Unexplained(
                    user_id,
                    account.first_line,
                    result,
                    _claim_lines(account, result),
                    timeline(result, operations) if is_drawn else None,
                )
            )
    return findings


def _claim_lines(account: AccountOperations, result: Broken) -> tuple[int, ...]:
    line_of = {
        id(operation): line
        for operation, line in zip(account.operations, account.lines, strict=True)
    }
    return tuple(line_of[id(claim.operation)] for claim in result.claims)


def _in_order(operations: list[Operation]) -> list[Operation]:
    """Return the operations by their starts, so that no result depends on the order of the lines."""
    ordered = sorted(operations, key=attrgetter("start"))
    starts = [operation.start for operation in ordered]
    if any(map(eq, starts, islice(starts, 1, None))):
        ordered.sort(key=_whole_key)
    return ordered


def _whole_key(operation: Operation) -> tuple[Decimal, str]:
    return operation.start, repr(operation)
