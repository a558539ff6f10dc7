"""An audit of a history of any size: small ones in memory, large ones part by part in several processes.

Accounts are independent of one another, so each part has some accounts whole, and no result
depends on the number of parts, processes or passes.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import chain
from typing import TYPE_CHECKING, Final

from billing_audit.checker.check import STEPS
from billing_audit.findings import Findings, judge_lines
from billing_audit.parts import Parts, Shard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from billing_audit.parts import Part
    from billing_audit.sources import Block, Sources

_SMALL_BYTES: Final = 32 << 20
_PARTS_MAX: Final = 1024
_PARTS_WHERE_SIZE_IS_UNKNOWN: Final = 256
_PARTS_FOR_EACH_JOB: Final = 4
# What a line takes while it is judged, for each byte of the line; while it is proved, as columns too.
_GROWTH: Final = 6
_GROWTH_OF_PROOF: Final = 16
_EXTRA: Final = ("numpy", "pyarrow")


class WorkerLostError(Exception):
    """Raised where a process that judged a part was ended from outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What an audit may use, and which accounts it judges.

    `jobs` processes share `memory` bytes; one account that is larger still has to fit. Parts are
    written into the folder `scratch`, None for the system's own. `steps` is the limit of steps
    back in the search for lost debits, for each account. With `proof` many accounts are first tried at
    once, where the extra `fast` is installed.
    """

    jobs: int
    memory: int
    scratch: Path | None = None
    shard: Shard = field(default_factory=Shard)
    steps: int = STEPS
    proof: bool = True

    @property
    def proves(self) -> bool:
        """Return whether many accounts are tried at once."""
        return self.proof and all(map(find_spec, _EXTRA))

    @property
    def small_bytes(self) -> int:
        """Return below how many bytes of lines a history is judged in this process, without parts."""
        return min(_SMALL_BYTES, self.part_bytes)

    @property
    def part_bytes(self) -> int:
        """Return how many bytes of lines one process may judge at once."""
        growth = _GROWTH_OF_PROOF if self.proves else _GROWTH
        return max(self.memory // (self.jobs * growth), 1)


def audit(sources: Sources, extent: Extent) -> Findings:
    """Return what is found in a history.

    Raises SourceError and HistoryError where it cannot be read, OSError where the scratch folder
    cannot be used, and WorkerLostError.
    """
    blocks = sources.blocks()
    if extent.shard.count == 1:
        head = _take(blocks, extent.small_bytes)
        if sum(map(_size, head)) < extent.small_bytes:
            return judge_lines(_numbered(head), steps=extent.steps)
        blocks = chain(head, blocks)
    count = _part_count(sources.expected_bytes(), extent)
    with Parts(extent.scratch, count, extent.shard) as parts:
        for block in blocks:
            parts.add(block)
        return _judge_parts(parts.finish(), extent)


def _judge_parts(parts: Sequence[Part], extent: Extent) -> Findings:
    findings = Findings()
    if extent.jobs == 1 or sum(part.size for part in parts) < extent.small_bytes:
        for part in parts:
            findings.add(_judge_part(part, extent))
        return findings
    pool = ProcessPoolExecutor(
        extent.jobs,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin_worker,
    )
    try:
        for done in as_completed(
            [pool.submit(_judge_part, part, extent) for part in parts]
        ):
            findings.add(done.result())
    except BrokenProcessPool:
        raise WorkerLostError from None
    finally:
        pool.shutdown(cancel_futures=True)
    return findings


def _judge_part(part: Part, extent: Extent) -> Findings:
    turns = -(-part.size // extent.part_bytes)
    if turns == 1 and extent.proves:
        # Importing numpy and pyarrow takes longer than judging a small history.
        from billing_audit.proved_part import prove_part  # noqa: PLC0415

        findings, lines = prove_part(part)
        findings.add(judge_lines(lines, steps=extent.steps))
        return findings
    findings = Findings()
    for turn in range(turns):
        lines = part.numbered_lines(turn=turn, turns=turns)
        findings.add(judge_lines(lines, steps=extent.steps))
    return findings


def _begin_worker() -> None:
    """Leave interruptions to the parent, and turn the cycle collector off: a history has no cycles."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()


def _part_count(expected_bytes: int | None, extent: Extent) -> int:
    if expected_bytes is None:
        return _PARTS_WHERE_SIZE_IS_UNKNOWN
    # Accounts differ in size, so aim at three quarters of what a part may have.
    wanted = 4 * expected_bytes // (3 * extent.part_bytes) + 1
    return min(max(wanted, _PARTS_FOR_EACH_JOB * extent.jobs), _PARTS_MAX)


def _take(blocks: Iterator[Block], size: int) -> list[Block]:
    """Return the first blocks, until they have this many bytes or end."""
    taken: list[Block] = []
    left = size
    while left > 0 and (block := next(blocks, None)):
        taken.append(block)
        left -= _size(block)
    return taken


def _size(block: Block) -> int:
    return sum(map(len, block.lines))


def _numbered(blocks: Sequence[Block]) -> Iterator[tuple[int, bytes]]:
    for block in blocks:
        yield from enumerate(block.lines, start=block.first)
