"""How many requests were open at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def largest_overlap(intervals: Iterable[tuple[float, float | None]]) -> int:
    """Return the largest number of intervals that were open at one moment.

    Each is a start and an end in seconds on one clock; an end of None never came. At a tie a start is
    counted before an end.
    """
    moments = sorted(
        moment
        for start, end in intervals
        for moment in [(start, -1), *([] if end is None else [(end, 1)])]
    )
    open_now = largest = 0
    for _, step in moments:
        open_now -= step
        largest = max(largest, open_now)
    return largest
