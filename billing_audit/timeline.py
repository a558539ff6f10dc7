"""The part of a broken history in which operations collide, and its drawing as text.

What matters is which operation ended before which began. So the moments stand at equal
distances, however much time lies between them.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from billing_audit.model import is_indefinite
from billing_audit.operations import Debit
from billing_audit.wording import answer, plain, question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_audit.checker.results import Broken
    from billing_audit.operations import Operation

ROWS_MAX: Final = 12
_NEVER: Final = Decimal("Infinity")
_STRIDE: Final = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One operation and the columns of its start and end; `last` is None without an end."""

    operation: Operation
    first: int
    last: int | None
    collides: bool
    place: str

    @property
    def label(self) -> str:
        """Return what was asked and answered."""
        return f"{question(self.operation)}: {answer(self.operation)}"

    @property
    def is_open(self) -> bool:
        """Return whether the operation has no definite answer."""
        indefinite = isinstance(self.operation, Debit) and is_indefinite(self.operation)
        return indefinite or self.last is None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows by their start, the moment of each column in seconds, and how many operations have no row."""

    rows: tuple[Row, ...]
    moments: tuple[Decimal, ...]
    left_out: int

    @property
    def notes(self) -> list[str]:
        """Return the sentences that a drawing needs below it."""
        notes = [f"Seconds after {plain(self.moments[0])}, not to scale."]
        if any(row.is_open for row in self.rows):
            notes.append(
                "An arrow has no definite answer: a debit may take effect later, or never."
            )
        if self.left_out:
            notes.append(f"{self.left_out} operations further away are left out.")
        return notes

    def after(self, moment: Decimal | None) -> str:
        """Return a moment in seconds after the first one, empty for None."""
        return "" if moment is None else plain(moment - self.moments[0])


def timeline(broken: Broken, operations: Sequence[Operation]) -> Timeline:
    """Return the timeline of the operations that collide and of those nearest to them in time.

    It has at most ROWS_MAX rows.
    """
    places = {id(claim.operation): claim.place for claim in broken.claims}
    chosen = [claim.operation for claim in broken.claims[:ROWS_MAX]]
    chosen += heapq.nsmallest(
        ROWS_MAX - len(chosen),
        (each for each in operations if id(each) not in places),
        key=lambda each: _distance(each, broken),
    )
    chosen.sort(key=lambda each: (each.start, _end(each)))
    moments = sorted({*(each.start for each in chosen), *map(_end, chosen)} - {_NEVER})
    column = {moment: number for number, moment in enumerate(moments)}
    rows = tuple(
        Row(
            each,
            column[each.start],
            column.get(_end(each)),
            id(each) in places,
            places.get(id(each), ""),
        )
        for each in chosen
    )
    return Timeline(rows, tuple(moments), len(operations) - len(rows))


def draw_text(shown: Timeline) -> str:
    """Return a drawing in ASCII characters, with an asterisk before each operation that collides."""
    starts = [shown.after(row.operation.start) for row in shown.rows]
    ends = [shown.after(row.operation.end) for row in shown.rows]
    start_width = max(map(len, ["start", *starts]))
    end_width = max(map(len, ["end", *ends]))
    bar_width = _STRIDE * len(shown.moments) + 1
    lines = [f"  {'start':>{start_width}}  {'end':>{end_width}}"]
    for row, start, end in zip(shown.rows, starts, ends, strict=True):
        mark = "*" if row.collides else " "
        bar = _bar(row, bar_width)
        what = row.label + (f" -- belongs {row.place}" if row.place else "")
        lines.append(
            f"{mark} {start:>{start_width}}  {end:>{end_width}}  {bar:<{bar_width}}  {what}"
        )
    return "\n".join([*lines, "", *(f"  {note}" for note in shown.notes)])


def _bar(row: Row, width: int) -> str:
    first = row.first * _STRIDE
    if row.last is None:
        bar = "["
    elif row.last == row.first:
        bar = "|"
    else:
        bar = "[" + "=" * ((row.last - row.first) * _STRIDE - 1) + "]"
    bar = " " * first + bar
    return f"{bar:.<{width - 1}}>" if row.is_open else bar


def _end(operation: Operation) -> Decimal:
    return _NEVER if operation.end is None else operation.end


def _distance(operation: Operation, broken: Broken) -> tuple[Decimal, Decimal]:
    """Return the seconds between an operation and the nearest of those that collide.

    The second number, the seconds between their starts, decides where the first are equal.
    """
    pairs = [
        (
            max(
                operation.start - _end(other), other.start - _end(operation), Decimal(0)
            ),
            abs(operation.start - other.start),
        )
        for other in (claim.operation for claim in broken.claims[:ROWS_MAX])
    ]
    return min(pairs, default=(operation.start, operation.start))
