"""Measures this project, beside its peers and alone, and writes RESULTS.md: `make bench` runs it.

Without --only everything is measured, and benchmarks/RESULTS.md is written anew; with --only the
tables are printed, and written nowhere but where --results names a file.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.fixture import measure_fixture
from benchmarks.http_servers import measure_servers
from benchmarks.load import LoadError, require_wrk
from benchmarks.machine import describe_machine, is_quiet
from benchmarks.peers import PEERS
from benchmarks.peers.peer import PeerUnavailableError
from benchmarks.programs import measure_audit, measure_stored_debits
from benchmarks.results import RESULTS, Table, write_results
from benchmarks.run_time import measure_suite
from benchmarks.start_and_memory import measure_start_and_memory

if TYPE_CHECKING:
    from benchmarks.peers.peer import Peer

PARTS: Final = ("suite", "fixture", "stored-debits", "audit")
_NAMES: Final = (*PEERS, *PARTS)


def main() -> int:
    """Measure, print, write, and return the exit status: 1 where an answer was wrong."""
    options = _options()
    chosen = options.only or _NAMES
    about = describe_machine()
    if not is_quiet():
        print(
            "the machine is not quiet: these are no figures to quote", file=sys.stderr
        )
    about.append(
        f"load for the servers: wrk with one thread on the same machine; {options.rounds} rounds, {options.seconds} s each"
    )
    try:
        require_wrk()
        tables = _measure(chosen, options)
    except LoadError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(table.to_markdown() for table in tables))
    path = options.results or (None if options.only else RESULTS)
    if path:
        head = ["# Results", "", "Written by `make bench`.", ""]
        lines = [*head, *(f"- {line}" for line in about), ""]
        write_results("\n".join(lines), tables, path)
        print(f"written to {path}", file=sys.stderr)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="for each server")
    parser.add_argument("--seconds", type=int, default=2, help="of load at a time")
    parser.add_argument("--runs", type=int, default=7, help="of each suite profile")
    parser.add_argument(
        "--only", type=_names, help=f"some of these, with commas: {', '.join(_NAMES)}"
    )
    parser.add_argument("--results", type=Path, help="file to write")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    """Return the names in a list with commas. Raises ArgumentTypeError for an unknown one."""
    names = text.split(",")
    for name in names:
        if name not in _NAMES:
            raise argparse.ArgumentTypeError(
                f"{name!r} is unknown; choose from {', '.join(_NAMES)}"
            )
    return names


def _measure(
    chosen: list[str] | tuple[str, ...], options: argparse.Namespace
) -> list[Table]:
    tables = []
    named = [peer for name, peer in PEERS.items() if name in chosen]
    if named:
        peers, about = _available(named)
        tables.append(about)
        with tempfile.TemporaryDirectory() as folder:
            tables.append(measure_start_and_memory(peers, Path(folder)))
            tables += measure_servers(
                peers, Path(folder), rounds=options.rounds, seconds=options.seconds
            )
    if "suite" in chosen:
        tables.append(measure_suite(runs=options.runs))
    if "fixture" in chosen:
        tables.append(measure_fixture())
    if "stored-debits" in chosen:
        tables.append(measure_stored_debits())
    if "audit" in chosen:
        tables.append(measure_audit())
    return tables


def _available(named: list[type[Peer]]) -> tuple[list[type[Peer]], Table]:
    """Return the servers that can be started here, and a table of all that were named."""
    found = []
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for peer in named:
            try:
                version = peer.version()
                server = peer(Path(folder) / peer.name)
                server.start()
                server.stop()
            except PeerUnavailableError as error:
                rows.append((peer.title, "-", f"not measured: {error}"))
            else:
                found.append(peer)
                rows.append((peer.title, version, peer.settings))
    return found, Table("Servers", ("server", "version", "how it runs"), rows)


if __name__ == "__main__":
    sys.exit(main())
