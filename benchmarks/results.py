"""Tables of results: with ratios to ours, as text for a terminal and for a Markdown file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

RESULTS: Final = Path(__file__).with_name("RESULTS.md")


@dataclass(frozen=True)
class Table:
    """A table with a title, and notes below it. The first column is aligned to the left."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = field(default=())

    def to_markdown(self) -> str:
        """Return the table as a section of a Markdown file, its columns padded to one width."""
        widths = [
            max(len(row[column]) for row in (self.header, *self.rows))
            for column in range(len(self.header))
        ]
        marks = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        lines = [_line(self.header, widths), f"| {' | '.join(marks)} |"]
        lines += [_line(row, widths) for row in self.rows]
        notes = ["", *(f"- {note}" for note in self.notes)] if self.notes else []
        return "\n".join([f"## {self.title}", "", *lines, *notes, ""])


def with_ratio(value: float | None, ours: float | None, digits: int = 0) -> str:
    """Return a number and, in brackets, how many times ours it is.

    Returns a dash where nothing was measured, and no ratio for a number below 0.
    """
    if value is None:
        return "-"
    text = f"{value:,.{digits}f}"
    return f"{text} ({value / ours:.2f} x)" if ours and value >= 0 else text


def write_results(head: str, tables: Sequence[Table], path: Path) -> None:
    """Write all tables below a head into a Markdown file."""
    text = "\n".join([head, *(table.to_markdown() for table in tables)])
    path.write_text(text, encoding="utf-8")


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = f"{cells[0]:<{widths[0]}}"
    rest = [
        f"{cell:>{width}}" for cell, width in zip(cells[1:], widths[1:], strict=True)
    ]
    return f"| {' | '.join([first, *rest])} |"
