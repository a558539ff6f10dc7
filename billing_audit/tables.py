"""Tables as the lines of a history: CSV with a header, and Parquet (extra `fast`).

Columns are named as the fields of a line; others are passed over. Numbers keep every digit: those
of CSV as they are written, those of Parquet as decimals, whole numbers or text.
"""

from __future__ import annotations

import csv
import io
import json
import re
from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

PARQUET: Final = b"PAR1"
_TEXTS: Final = ("op", "user_id", "ref")
_NUMBERS: Final = ("units", "start", "end", "status", "balance")
_AMOUNTS: Final = ("units", "balance")
_FIELDS: Final = (*_TEXTS, *_NUMBERS, "allowed")
_NULLABLE: Final = frozenset({"end", "status"})
_NUMBER: Final = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?", re.ASCII)
_ROWS: Final = 8192


class TableError(Exception):
    """A table that cannot be read as a history; the message says why and what to do."""


def is_csv(head: bytes) -> bool:
    """Return whether the beginning of a file is the header of a table, and no line of JSON."""
    first = head.partition(b"\n")[0].removeprefix(BOM_UTF8)
    names = [name.strip(b' "\r') for name in first.split(b",")]
    return {b"op", b"user_id"} <= {*names} and b"{" not in first


def lines_of_csv(stream: io.BufferedReader) -> Iterator[list[bytes]]:
    """Yield lines, one for each row; the header is the first, an empty one. Raises TableError."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    rows = csv.DictReader(text, strict=True)
    yield [b""]
    try:
        yield from _in_blocks(_line(row) for row in rows)
    except (csv.Error, UnicodeDecodeError) as problem:
        raise TableError(f"row {rows.line_num + 1} is no CSV ({problem})") from None
    finally:
        text.detach()


def lines_of_parquet(path: Path) -> Iterator[list[bytes]]:
    """Yield lines, one for each row. Raises TableError."""
    try:
        import pyarrow as pa  # noqa: PLC0415  the extra `fast`
        import pyarrow.parquet as pq  # noqa: PLC0415  the same
    except ModuleNotFoundError:
        raise TableError(
            "Parquet needs the extra: pip install 'billing-contract[fast]'"
        ) from None
    try:
        table = pq.ParquetFile(path)
        schema = table.schema_arrow
        present = [name for name in schema.names if name in _FIELDS]
        for name in present:
            kind = schema.field(name).type
            if name in _AMOUNTS and pa.types.is_floating(kind):
                raise TableError(
                    f"the column {name} is {kind}, which rounds money; write decimals or text"
                )
        for batch in table.iter_batches(_ROWS, columns=present):
            columns = batch.to_pydict()
            rows = zip(*(columns[name] for name in present), strict=True)
            yield [
                _line({n: _as_text(v) for n, v in zip(present, row, strict=True)})
                for row in rows
            ]
    except pa.ArrowException as problem:
        raise TableError(f"the file is damaged ({problem}); copy it again") from None


def _as_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _line(row: Mapping[str, str | None]) -> bytes:
    """Return the JSON object of a row. What is no number stays text, which the parser then names."""
    parts = []
    for name in _FIELDS:
        text = row.get(name)
        if not text:
            if name in _NULLABLE and name in row:
                parts.append(f'"{name}": null')
        elif name in _NUMBERS and _NUMBER.fullmatch(text):
            parts.append(f'"{name}": {text}')
        elif name == "allowed" and text.lower() in {"true", "false"}:
            parts.append(f'"{name}": {text.lower()}')
        else:
            parts.append(f'"{name}": {json.dumps(text, ensure_ascii=False)}')
    return f"{{{', '.join(parts)}}}".encode(errors="surrogatepass")


def _in_blocks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    block: list[bytes] = []
    for line in lines:
        block.append(line)
        if len(block) == _ROWS:
            yield block
            block = []
    if block:
        yield block
