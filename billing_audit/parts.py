"""A history split by account into parts on disk, so that each fits into memory by itself."""

from __future__ import annotations

import tempfile
from array import array
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from zlib import crc32

import msgspec

from billing_audit.line_parser import parse_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from billing_audit.sources import Block

_BUFFERED_BYTES: Final = 16 << 20
_CHUNK_LINES: Final = 8192


class _UserOfLine(msgspec.Struct, gc=False):
    user_id: str


_DECODER: Final = msgspec.json.Decoder(_UserOfLine)


def hash_of(user_id: str) -> int:
    """Return the hash that decides which shard and which part an account belongs to.

    It is the same on every machine.
    """
    return crc32(user_id.encode(errors="surrogatepass"))


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
    """The lines of some accounts, in a file, and the number of each line in another."""

    lines: Path
    numbers: Path
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
                hashes = _hashes([line.rstrip(b"\n") for _, line in chunk])
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
        for number, (line, found) in enumerate(
            zip(block.lines, _hashes(block.lines), strict=True), start=block.first
        ):
            account = shard if found is None else found
            if account % shards != shard or not line or line.isspace():
                continue
            buffer = buffers[account // shards % count]
            buffer.lines.append(line)
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
            self._buffers[index] = _Buffer()
        self._buffered = 0

    def _part(self, index: int) -> Part:
        folder = Path(self._folder.name)
        return Part(
            folder / f"{index}.lines",
            folder / f"{index}.numbers",
            self._shard.count,
            len(self._buffers),
        )


def _hashes(lines: list[bytes]) -> list[int | None]:
    """Return the hash of each line's user_id, None for a line that has none.

    All lines are decoded at once. That takes two values on one line for two lines; such a line is
    an error wherever it goes, so it does not matter that its neighbours may change places.
    """
    try:
        found = _DECODER.decode_lines(b"\n".join(lines))
    except msgspec.MsgspecError:
        found = []
    if len(found) == len(lines):
        return [crc32(each.user_id.encode()) for each in found]
    return list(map(_hash_of_line, lines))


def _hash_of_line(line: bytes) -> int | None:
    try:
        return hash_of(parse_line(line).user_id)
    except ValueError:
        return None
