"""The drawing of a timeline as SVG: one file, no script, no font, readable on light and dark pages."""

from __future__ import annotations

import html
import textwrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_audit.timeline import Row, Timeline

_WIDTH: Final = 1080
_MARGIN: Final = 24
_CHART: Final = 480  # where the bars begin; labels stand to the left
_LABEL: Final = 62
_ROW: Final = 24
_LINE: Final = 20
_BAR: Final = 12
_STYLE: Final = """
  svg { color-scheme: light dark; --ink: #1c2330; --paper: #ffffff; --dim: #667085; --bar: #a8b1be; --hit: #c62f2f }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #e6e9ef; --paper: #12161d; --dim: #98a2b3; --bar: #647083; --hit: #ff7b72 }
  }
  text { font: 13px system-ui, sans-serif; fill: var(--ink) }
  .title { font-weight: 600; font-size: 15px }
  .small { font-size: 11px; fill: var(--dim) }
  .small.hit { fill: var(--hit) }
  .moment-label { text-anchor: middle }
  .paper { fill: var(--paper) }
  .bar { fill: var(--bar); stroke: var(--bar) }
  .bar.hit { fill: var(--hit); stroke: var(--hit) }
  .later { stroke-width: 2; stroke-dasharray: 2 4; fill: none }
  .moment { stroke: var(--hit); stroke-dasharray: 3 3; opacity: .6 }
"""


def draw_svg(shown: Timeline, *, title: str, sentence: str) -> str:
    """Return an SVG document with the timeline under a title and a sentence."""
    words = textwrap.wrap(sentence, 140)
    top = _MARGIN + _LINE * (len(words) + 1) + 8
    rows = list(_rows(shown, top))
    bottom = top + sum(map(_height, shown.rows))
    height = bottom + _LINE * (len(shown.notes) + 3)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>{html.escape(title)}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{_WIDTH}" height="{height}"/>',
        _text(_MARGIN, _MARGIN + 8, title, kind="title"),
        *(
            _text(_MARGIN, _MARGIN + 8 + _LINE * number, line)
            for number, line in enumerate(words, start=1)
        ),
        *_moments(shown, top, bottom),
        *rows,
        *(
            _text(_MARGIN, bottom + _LINE * (number + 3), note, kind="small")
            for number, note in enumerate(shown.notes)
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _rows(shown: Timeline, top: int) -> Iterator[str]:
    for row in shown.rows:
        hit = " hit" if row.collides else ""
        middle = top + _ROW // 2
        yield _text(_MARGIN, middle + 4, _short(row.label))
        if row.place:
            yield _text(
                _MARGIN, middle + 18, f"belongs {row.place}", kind=f"small{hit}"
            )
        yield from _bar(row, shown, middle=middle, kind=f"bar{hit}")
        top += _height(row)


def _bar(row: Row, shown: Timeline, *, middle: int, kind: str) -> Iterator[str]:
    edge = _WIDTH - _MARGIN
    left = _x(row.first, shown)
    right = edge if row.last is None else _x(row.last, shown)
    if row.last is not None:
        width = max(right - left, 3)
        yield (
            f'<rect class="{kind}" x="{left:.1f}" y="{middle - _BAR // 2}" '
            f'width="{width:.1f}" height="{_BAR}" rx="3"/>'
        )
    if row.is_open:
        begin = left if row.last is None else right
        yield f'<path class="{kind} later" d="M{begin:.1f} {middle}H{edge - 6}"/>'
        yield f'<path class="{kind}" d="M{edge} {middle}l-8 -4v8z"/>'


def _moments(shown: Timeline, top: int, bottom: int) -> Iterator[str]:
    """Yield a line for each moment at which an operation that collides begins or ends."""
    moments = {
        each for row in shown.rows if row.collides for each in (row.first, row.last)
    }
    columns = sorted(each for each in moments if each is not None)
    for number, column in enumerate(columns):
        x = _x(column, shown)
        yield f'<path class="moment" d="M{x:.1f} {top}V{bottom}"/>'
        label = shown.after(shown.moments[column])
        # Two lines by turns, so that close moments stay readable.
        yield _text(
            x, bottom + 14 + 13 * (number % 2), label, kind="small moment-label"
        )


def _short(label: str) -> str:
    """Return a label short enough to stand left of the bars, without its middle where it is long."""
    return (
        label
        if len(label) <= _LABEL
        else f"{label[: _LABEL // 2]}…{label[-_LABEL // 2 :]}"
    )


def _height(row: Row) -> int:
    return _ROW + 14 if row.place else _ROW


def _x(column: int, shown: Timeline) -> float:
    room = _WIDTH - _MARGIN - 30 - _CHART
    return _CHART + room * column / max(len(shown.moments) - 1, 1)


def _text(x: float, y: float, text: str, *, kind: str = "") -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text{style} x="{x:.1f}" y="{y:.1f}">{html.escape(text)}</text>'
