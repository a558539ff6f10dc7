"""Measures our mock beside its peers: the same load, in alternating rounds, with all servers up at once."""

from __future__ import annotations

import statistics
import sys
from contextlib import ExitStack
from itertools import product
from typing import TYPE_CHECKING

from benchmarks.load import CONNECTIONS, OPERATIONS, LoadResult, Work, run_load
from benchmarks.results import Table, with_ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from benchmarks.peers.peer import Peer

WORKS = tuple(
    Work(operation, connections)
    for operation, connections in product(OPERATIONS, CONNECTIONS)
)
_NOTES = (
    "Medians of all rounds. In brackets: times ours.",
    "Every answer that is counted was 200 and of the right size; our final balance shows every debit.",
    "CPU: user and system time of the server with all its processes, for each request.",
)
_Results = dict[tuple[str, Work], list[LoadResult]]


def measure_servers(
    peers: Sequence[type[Peer]], folder: Path, *, rounds: int, seconds: int
) -> list[Table]:
    """Return a table for each operation and number of connections.

    Each server works `seconds` at a time, one after the other, and each round begins with another
    one. Raises LoadError where an answer was wrong.
    """
    results: _Results = {}
    with ExitStack() as running:
        servers = []
        for peer in peers:
            server = peer(folder / peer.name)
            server.start()
            running.callback(server.stop)
            servers.append(server)
        for server in servers:
            _warm_up(server)
        for number in range(rounds):
            first = number % len(servers)
            order = servers[first:] + servers[:first]
            for work, server in product(WORKS, order):
                _report(f"round {number + 1} of {rounds}: {work}, {server.name}")
                server.reset()
                results.setdefault((server.name, work), []).append(
                    run_load(server, work, seconds=seconds)
                )
    return [_table(work, peers, results) for work in WORKS]


def _warm_up(server: Peer) -> None:
    """Send every operation for a while, so that what is compiled while it runs is compiled."""
    share = -(-server.warm_up_seconds // len(OPERATIONS))
    for operation in OPERATIONS:
        _report(f"warming up: {operation}, {server.name}")
        run_load(server, Work(operation, 16), seconds=share)


def _table(work: Work, peers: Sequence[type[Peer]], results: _Results) -> Table:
    medians = {peer.name: _medians(results[peer.name, work]) for peer in peers}
    ours = medians.get("ours", {})
    header = ("server", "requests/s", "p50 ms", "p99 ms", "CPU µs")
    rows = [
        (
            peer.title,
            *(
                with_ratio(value, ours.get(name), digits)
                for (name, value), digits in zip(
                    medians[peer.name].items(), (0, 2, 2, 1), strict=True
                )
            ),
        )
        for peer in peers
    ]
    plural = "" if work.connections == 1 else "s"
    title = f"{work.operation.capitalize()}, {work.connections} connection{plural}"
    return Table(title, header, rows, _NOTES if work == WORKS[0] else ())


def _medians(runs: Sequence[LoadResult]) -> Mapping[str, float]:
    return {
        name: statistics.median(getattr(run, name) for run in runs)
        for name in ("requests_per_second", "p50_ms", "p99_ms", "cpu_us")
    }


def _report(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
