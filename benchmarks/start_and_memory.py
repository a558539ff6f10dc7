"""Measures how soon each server answers after its start, and how much memory it takes."""

from __future__ import annotations

import statistics
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from benchmarks.load import Work, run_load
from benchmarks.results import Table, with_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmarks.peers.peer import Peer

STARTS: Final = 5
REST_SECONDS: Final = (
    1.0  # what a server still sets up after its first answer is done by then
)
FILL: Final = 20_000  # more than a journal of 10,000 holds
STORED: Final = 100_000
_LOAD_SECONDS_MAX: Final = 20
_MIB: Final = 2**20
_DEBITS: Final = Work("debit", 16)
_NOTES: Final = (
    f"Medians of {STARTS} starts, one server at a time. The first answer is a balance, asked for every 2 ms.",
    "Memory is resident, all processes of a server added up; at rest: a second after the first answer.",
    (
        f"By 100,000 debits: what it grew by, after the journal was full; of a slower server, what {_LOAD_SECONDS_MAX} s "
        "of debits took, scaled. Only ours stores debits; what a peer grows by is its heap."
    ),
)


def measure_start_and_memory(peers: Sequence[type[Peer]], folder: Path) -> Table:
    """Return the table of times to the first answer and of memory. Raises LoadError."""
    first: dict[str, list[float]] = {peer.name: [] for peer in peers}
    rest: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for _ in range(STARTS):
        for peer in peers:
            print(f"start: {peer.name}", file=sys.stderr, flush=True)
            with _running(peer, folder) as (server, seconds):
                time.sleep(REST_SECONDS)
                first[peer.name].append(seconds)
                rest[peer.name].append(server.process.resident_bytes() / _MIB)
    columns = (
        ({name: statistics.median(each) for name, each in first.items()}, 2),
        ({name: statistics.median(each) for name, each in rest.items()}, 0),
        ({peer.name: _growth(peer, folder) for peer in peers}, 1),
    )
    header = ("server", "first answer s", "at rest MiB", "by 100,000 debits MiB")
    rows = [
        (
            peer.title,
            *(
                with_ratio(values[peer.name], values.get("ours"), digits)
                for values, digits in columns
            ),
        )
        for peer in peers
    ]
    return Table("Start and memory", header, rows, _NOTES)


def _growth(peer: type[Peer], folder: Path) -> float:
    """Return by how many MiB the server grows with STORED debits, once its journal is full."""
    print(f"memory: {peer.name}", file=sys.stderr, flush=True)
    with _running(peer, folder) as (server, _):
        _send_debits(server, FILL)
        before = server.process.resident_bytes()
        sent = _send_debits(server, STORED)
        after = server.process.resident_bytes()
    return (after - before) / _MIB * STORED / sent


def _send_debits(server: Peer, count: int) -> int:
    """Send at least so many debits, but for no longer than _LOAD_SECONDS_MAX. Return how many."""
    sent = 0
    end = time.monotonic() + _LOAD_SECONDS_MAX
    while sent < count and time.monotonic() < end:
        sent += run_load(server, _DEBITS, seconds=1).requests
    return sent


@contextmanager
def _running(peer: type[Peer], folder: Path) -> Iterator[tuple[Peer, float]]:
    """Start a server; yield it with the seconds to its first answer; stop it at the end."""
    server = peer(folder / peer.name)
    seconds = server.start()
    try:
        yield server, seconds
    finally:
        server.stop()
