"""A history split by account into parts on disk, so that each fits into memory by itself."""

from __future__ import annotations

import tempfile
from array import array
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from billing_audit.plain_lines import hash_of, hashes_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from billing_audit.sources import Block

_BUFFERED_BYTES: Final = 16 << 20
_CHUNK_LINES: Final = 8192


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `count` slices of the accounts of a history; `index` counts from 0."""

    index: int = 0
    count: int = 1

    def has(self, user_id: str) -> bool:
        """Return whether the account belongs to this slice."""
        return hash_of(user_id) % self.count == self.index


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of some accounts, in a file, and the number of each line in another.

    The file `odd` is there where not all lines are plain.
    """

    lines: Path
    numbers: Path
    odd: Path
    shard_count: int
    part_count: int

    def numbered_lines(
        self, *, turn: int = 0, turns: int = 1
    ) -> Iterator[tuple[int, bytes]]:
        """Yield lines with their numbers, as they came.

        Of several `turns`, for a part that is too large to be judged at once, each yields the
        lines of some accounts; the first also those without a readable user_id.
        """
        numbers = array("Q")
        with self.numbers.open("rb") as stream:
            numbers.frombytes(stream.read())
        with self.lines.open("rb") as stream:
            numbered = zip(numbers, stream, strict=True)
            if turns == 1:
                yield from numbered
                return
            divisor = self.shard_count * self.part_count
            while chunk := list(islice(numbered, _CHUNK_LINES)):
                hashes, _ = hashes_of([line.rstrip(b"\n") for _, line in chunk])
                for each, hash_ in zip(chunk, hashes, strict=True):
                    if (hash_ or 0) // divisor % turns == turn:
                        yield each

    @property
    def size(self) -> int:
        """Return the bytes of all lines."""
        return self.lines.stat().st_size


@dataclass(slots=True)
class _Buffer:
    lines: list[bytes] = field(default_factory=list)
    numbers: array[int] = field(default_factory=lambda: array("Q"))
    is_plain: bool = True


class Parts:
    """A folder of parts, which is removed with all that is in it when the context ends.

    `scratch` is the folder to make it in, None for the system's own. A line without a readable
    user_id is in every shard, so that no shard passes it over. Raises OSError where the disk
    is full or away.
    """

    def __init__(self, scratch: Path | None, count: int, shard: Shard) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="billing-audit-", dir=scratch)
        self._shard = shard
        self._buffers = [_Buffer() for _ in range(count)]
        self._buffered = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._folder.cleanup()

    def add(self, block: Block) -> None:
        """Put each line into the part of its account."""
        buffers, count = self._buffers, len(self._buffers)
        shard, shards = self._shard.index, self._shard.count
        hashes, are_plain = hashes_of(block.lines)
        for number, (line, found) in enumerate(
            zip(block.lines, hashes, strict=True), start=block.first
        ):
            account = shard if found is None else found
            if account % shards != shard or not line or line.isspace():
                continue
            buffer = buffers[account // shards % count]
            buffer.lines.append(line)
            buffer.is_plain &= are_plain
            buffer.numbers.append(number)
            self._buffered += len(line)
        if self._buffered > _BUFFERED_BYTES:
            self._flush()

    def finish(self) -> list[Part]:
        """Return the parts that have lines, the largest first."""
        self._flush()
        parts = [
            self._part(index)
            for index in range(len(self._buffers))
            if self._part(index).lines.exists()
        ]
        return sorted(parts, key=lambda part: part.size, reverse=True)

    def _flush(self) -> None:
        for index, buffer in enumerate(self._buffers):
            if not buffer.lines:
                continue
            part = self._part(index)
            with part.lines.open("ab") as stream:
                stream.write(b"\n".join(buffer.lines) + b"\n")
            with part.numbers.open("ab") as stream:
                buffer.numbers.tofile(stream)
            if not buffer.is_plain:
                part.odd.touch()
            self._buffers[index] = _Buffer()
        self._buffered = 0

    def _part(self, index: int) -> Part:
        folder = Path(self._folder.name)
        return Part(
            folder / f"{index}.lines",
            folder / f"{index}.numbers",
            folder / f"{index}.odd",
            self._shard.count,
            len(self._buffers),
        )
