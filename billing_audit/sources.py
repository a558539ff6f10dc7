"""The lines of a history, from files, plain or compressed, tables among them, or from standard input.

Lines are numbered through all sources; `Sources.place` says which line of which source a number
stands for.
"""

from __future__ import annotations

import errno
import gzip
import io
import sys
import zlib
from bisect import bisect_right
from codecs import BOM_UTF8
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, cast

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from billing_audit.tables import (
    PARQUET,
    TableError,
    is_csv,
    lines_of_csv,
    lines_of_parquet,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from billing_audit.history import LineError

STANDARD_INPUT: Final = "-"
LINE_BYTES_MAX: Final = 65_536
_BLOCK_BYTES: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_USUAL_COMPRESSION: Final = 12


class HistoryError(Exception):
    """An unreadable history: the message names the source, the line, the problem and its remedy."""

    def __init__(self, source: str, line: int, problem: str) -> None:
        super().__init__(f"{source}, line {line}: {problem}")
        self.source = source
        self.line = line
        self.problem = problem


class SourceError(Exception):
    """A source that cannot be opened or read at all; the message says why and what to do."""


class Block(NamedTuple):
    """Some lines that follow one another, without their line ends; `first` is the number of the first."""

    lines: list[bytes]
    first: int


class Sources:
    """Files of JSON lines that make up one history, in the order in which they were named.

    `names` are paths, or - for standard input. A file that begins as gzip or zstd does is
    decompressed.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._last_numbers: list[int] = []
        self._unfinished: set[int] = set()

    @property
    def description(self) -> str:
        """Return what the sources are called in a sentence."""
        if len(self._names) == 1:
            return _shown_name(self._names[0])
        return f"{len(self._names)} files"

    @property
    def is_single(self) -> bool:
        """Return whether there is one source, whose name need not be repeated."""
        return len(self._names) == 1

    def expected_bytes(self) -> int | None:
        """Return about how many bytes all lines have; None where a source has no size of its own."""
        total = 0
        for name in self._names:
            path = Path(name)
            if name == STANDARD_INPUT or not path.is_file():
                return None
            with path.open("rb") as stream:
                is_plain = not _compression(stream.read(len(_ZSTD)))
            size = path.stat().st_size
            total += size if is_plain else size * _USUAL_COMPRESSION
        return total

    def blocks(self) -> Iterator[Block]:
        """Yield all lines. Raises SourceError, and HistoryError for a line or a stream that is cut."""
        number = 1
        for name in self._names:
            begun = number
            try:
                for lines in _lines_of(name):
                    if number == begun:
                        lines[0] = lines[0].removeprefix(BOM_UTF8)
                    yield Block(lines, number)
                    number += len(lines)
            except _UnfinishedLine:
                self._unfinished.add(number - 1)
            except (EOFError, zlib.error, zstd.ZstdError, gzip.BadGzipFile) as problem:
                raise HistoryError(
                    _shown_name(name),
                    number - begun + 1,
                    f"the compressed file ends or is damaged here ({problem}); copy it again",
                ) from None
            except TableError as problem:
                raise SourceError(f"{_shown_name(name)}: {problem}") from None
            except OSError as problem:
                reason = problem.strerror or str(problem)
                raise SourceError(
                    f"{_shown_name(name)} cannot be read: {reason}. "
                    "Give a file of JSON lines, or - for standard input."
                ) from None
            self._last_numbers.append(number - 1)

    def place(self, number: int) -> tuple[str, int]:
        """Return the name of the source, and the line in it, of a line that was yielded."""
        index = bisect_right(self._last_numbers, number - 1)
        before = self._last_numbers[index - 1] if index else 0
        return _shown_name(self._names[index]), number - before

    def error(self, found: LineError) -> HistoryError:
        """Return the error of a line that is no entry; a line that is not whole explains itself."""
        unfinished = found.number in self._unfinished
        problem = _cut(found.line, unfinished=unfinished) or found.problem
        return HistoryError(*self.place(found.number), problem)


class _UnfinishedLine(Exception):  # noqa: N818  it ends an iteration, and is no error
    """Raised after the last line of a source, where that has no line end."""


def _shown_name(name: str) -> str:
    return "standard input" if name == STANDARD_INPUT else name


def _compression(head: bytes) -> str | None:
    if head.startswith(_GZIP):
        return "gzip"
    return "zstd" if head.startswith(_ZSTD) else None


@contextmanager
def _opened(name: str) -> Iterator[io.BufferedReader]:
    if name == STANDARD_INPUT:
        if sys.stdin is None:
            raise OSError(errno.EBADF, "it is closed")
        stream = sys.stdin.buffer
        if not isinstance(stream, io.BufferedReader):
            stream = io.BufferedReader(cast("io.RawIOBase", stream))
        yield _decompressed(stream)
        return
    with Path(name).open("rb") as stream:
        yield _decompressed(stream)


def _decompressed(stream: io.BufferedReader) -> io.BufferedReader:
    match _compression(stream.peek(len(_ZSTD))):
        case "gzip":
            return io.BufferedReader(gzip.GzipFile(fileobj=stream))
        case "zstd":
            return io.BufferedReader(zstd.ZstdFile(stream))
        case _:
            return stream


def _lines_of(name: str) -> Iterator[list[bytes]]:
    """Yield lists of whole lines. Raises _UnfinishedLine after a last one without its line end."""
    with _opened(name) as stream:
        if stream.peek(len(PARQUET)).startswith(PARQUET):
            if name == STANDARD_INPUT:
                raise TableError("Parquet is read from files alone; name the file")
            yield from lines_of_parquet(Path(name))
        elif is_csv(stream.peek(_BLOCK_BYTES)):
            yield from lines_of_csv(stream)
        else:
            yield from _lines_of_text(stream)


def _lines_of_text(stream: io.BufferedReader) -> Iterator[list[bytes]]:
    rest = b""
    while chunk := stream.read1(_BLOCK_BYTES):  # read would not notice a signal
        *lines, rest = (rest + chunk).split(b"\n")
        if lines:
            yield lines
        if len(rest) >= LINE_BYTES_MAX:
            break
    if rest:
        yield [rest]
        raise _UnfinishedLine


def _cut(line: bytes, *, unfinished: bool) -> str | None:
    """Return a message where a line is not whole, which explains whatever else is wrong with it."""
    if len(line) >= LINE_BYTES_MAX:
        return (
            f"the line is longer than {LINE_BYTES_MAX} bytes; "
            "a history has one short JSON object per line"
        )
    if not unfinished or line.rstrip().endswith(b"}") or not line.startswith(b"{"):
        return None
    return (
        "the file ends in the middle of this line; copy it again, "
        "or delete the line if the recording was stopped there"
    )
