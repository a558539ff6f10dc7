"""Sends load to a server with wrk, and checks that every answer that is counted was right."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.http_calls import KEY, UNITS, USER, send

if TYPE_CHECKING:
    from benchmarks.peers.peer import Peer

OPERATIONS: Final = ("balance", "check", "debit")
CONNECTIONS: Final = (1, 16, 64)
_SCRIPT: Final = Path(__file__).with_name("load.lua")
_RUNS = itertools.count(1)  # so that no ref is sent twice, whatever was sent before


class LoadError(Exception):
    """A run does not count; the message names the server and what was wrong."""


@dataclass(frozen=True)
class Work:
    """What is sent: one operation over so many connections at once."""

    operation: str
    connections: int


@dataclass(frozen=True)
class LoadResult:
    """What one run measured. Times are in milliseconds, processor time in microseconds a request."""

    requests: int
    requests_per_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float


def require_wrk() -> None:
    """Raise LoadError where wrk is not installed."""
    if shutil.which("wrk") is None:
        raise LoadError("wrk is needed; Debian's package wrk has it")


def run_load(peer: Peer, work: Work, *, seconds: int) -> LoadResult:
    """Send `work` to a running server for `seconds`, and return what was measured.

    Raises LoadError where an answer was not 200, not of the size of the answer that was looked at
    before, or where the server's balance does not show the debits that were counted.
    """
    run = next(_RUNS)
    first = _first_answer(peer, work.operation, run)
    balance = _balance(peer)
    cpu = peer.process.cpu_seconds()
    summary = _run_wrk(peer, work, run, seconds)
    cpu = peer.process.cpu_seconds() - cpu
    requests = summary["requests"]
    if not requests:
        raise LoadError(f"{peer.name}, {work}: not one answer in {seconds} s")
    _require_right_answers(peer, work, summary, first)
    if balance is not None:
        _require_right_balance(peer, work, int(requests), balance)
    return LoadResult(
        requests=int(requests),
        requests_per_second=1e6 * requests / summary["microseconds"],
        p50_ms=summary["p50"] / 1000,
        p99_ms=summary["p99"] / 1000,
        cpu_us=1e6 * cpu / requests,
    )


def _run_wrk(peer: Peer, work: Work, run: int, seconds: int) -> dict[str, float]:
    command = [
        "wrk",
        *("--threads", "1"),  # on two cores a second one takes from the server
        *("--connections", str(work.connections)),
        *("--duration", f"{seconds}s"),
        *("--timeout", "10s"),
        *("--script", str(_SCRIPT)),
        f"http://127.0.0.1:{peer.port}",
        *("--", work.operation, USER, KEY, str(run)),
    ]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=seconds + 60
    )
    _, found, summary = result.stdout.partition("\nsummary ")
    if not found:
        raise LoadError(f"wrk failed: {result.stdout}{result.stderr}")
    numbers: dict[str, float] = json.loads(summary)
    return numbers


def _first_answer(peer: Peer, operation: str, run: int) -> int:
    """Look at one answer, and return its size in bytes. Raises LoadError where it is wrong."""
    answer = send(peer.port, operation, ref=f"req-{run:06d}-00-{0:010d}")
    if answer.status != 200 or b'"balance"' not in answer.body:  # noqa: PLR2004
        raise LoadError(f"{peer.name}: a {operation} is answered {answer}")
    return answer.size


def _require_right_answers(
    peer: Peer, work: Work, summary: dict[str, float], size: int
) -> None:
    """Raise LoadError unless all answers were 200.

    wrk counts what is 400 and more; any other answer would be of another size. The answers that
    were under way at the end are in the bytes, but not in the count.
    """
    requests, received = summary["requests"], summary["bytes"]
    whole = (
        requests * size <= received <= (requests + work.connections) * size
        or not peer.answers_are_of_one_size
    )
    if summary["refused"] or summary["broken"] or not whole:
        raise LoadError(
            f"{peer.name}, {work}: not every answer was right; one has {size} bytes: {summary}"
        )


def _balance(peer: Peer) -> float | None:
    if not peer.keeps_balances:
        return None
    balance: float = send(peer.port, "balance").json()["balance"]
    return balance


def _require_right_balance(
    peer: Peer, work: Work, requests: int, before: float
) -> None:
    """Raise LoadError unless the balance fell by the debits that were counted.

    The debits that were under way at the end were made, but not counted.
    """
    made = (before - (_balance(peer) or 0)) / UNITS
    expected = (
        (requests, requests + work.connections) if work.operation == "debit" else (0, 0)
    )
    if not expected[0] <= made <= expected[1]:
        raise LoadError(
            f"{peer.name}, {work}: {requests} were counted, and the balance shows {made:g} debits"
        )
