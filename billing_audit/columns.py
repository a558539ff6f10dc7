"""Plain lines of a history as columns of whole numbers, where all can be read so without loss (extra `fast`).

What reads them here is more lenient than `line_parser`: it takes numbers in quotes, and a missing
field for null. So only plain lines, as `plain_lines` finds them, may come here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as paj

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

DECIMALS: Final = 9
_NUMBER: Final = pa.decimal128(38, DECIMALS)
_NUMBERS: Final = ("units", "start", "end", "balance")
_SCHEMA: Final = pa.schema(
    {
        "op": pa.string(),
        "user_id": pa.string(),
        "units": _NUMBER,
        "ref": pa.string(),
        "start": _NUMBER,
        "end": _NUMBER,
        "status": pa.int64(),
        "allowed": pa.bool_(),
        "balance": _NUMBER,
    }
)
_KINDS: Final = ("opening", "debit", "check", "balance")


@dataclass(frozen=True, slots=True)
class Column:
    """Whole numbers, in billionths for amounts and seconds, and where they are there; 0 where not."""

    values: Numbers
    given: Flags


@dataclass(frozen=True, slots=True)
class Columns:
    """The lines of some accounts. `user` and `ref` are codes, equal for equal texts; a ref that is missing is 0.

    `users` and `refs` are how many codes there are. `kind` is an index into opening, debit, check,
    balance, and -1 for anything else.
    """

    kind: Numbers
    user: Numbers
    users: int
    ref: Numbers
    refs: int
    units: Column
    start: Column
    end: Column
    status: Column
    allowed: Column
    balance: Column


def read_columns(data: bytes) -> Columns | None:
    """Return the columns of plain lines, or None where the ordinary parser has to read them.

    That is so for text that is no UTF-8, and for numbers beyond 9 decimals or 64 bits.
    """
    try:
        data.decode()
        table = paj.read_json(
            pa.BufferReader(data),
            read_options=paj.ReadOptions(use_threads=False),
            parse_options=paj.ParseOptions(
                explicit_schema=_SCHEMA, unexpected_field_behavior="ignore"
            ),
        )
        columns = {name: table[name].combine_chunks() for name in _SCHEMA.names}
        numbers = {name: _whole_numbers(columns[name]) for name in _NUMBERS}
    except (pa.ArrowException, ValueError):  # UnicodeDecodeError is a ValueError
        return None
    kind = _codes_of_kinds(columns["op"])
    user, users = _codes(columns["user_id"])
    ref, refs = _codes(columns["ref"])
    return Columns(
        kind=kind,
        user=user,
        users=users,
        ref=ref + 1,
        refs=refs + 1,
        status=_column(columns["status"], 0),
        allowed=_column(columns["allowed"], False),  # noqa: FBT003  what a null becomes
        **numbers,
    )


def _whole_numbers(column: Any) -> Column:
    """Return a column of decimals in billionths. Raises ValueError for one beyond 64 bits."""
    given = np.asarray(pc.is_valid(column))
    halves = np.frombuffer(column.buffers()[1], dtype=np.int64).reshape(-1, 2)
    halves = halves[column.offset : column.offset + len(column)]
    values = np.where(given, halves[:, 0], 0)
    high = np.where(given, halves[:, 1], 0)
    if np.any(high != values >> 63) or np.any(np.abs(values) > 1 << 61):
        raise ValueError("a number beyond 64 bits")
    return Column(values, given)


def _column(column: Any, missing: Any) -> Column:
    given = np.asarray(pc.is_valid(column))
    return Column(np.asarray(pc.fill_null(column, missing)).astype(np.int64), given)


def _codes(column: Any) -> tuple[Numbers, int]:
    """Return a code for each text, -1 for null, and how many codes there are."""
    encoded = pc.dictionary_encode(column)
    codes = np.asarray(pc.fill_null(encoded.indices, -1)).astype(np.int64)
    return codes, len(encoded.dictionary)


def _codes_of_kinds(column: Any) -> Numbers:
    codes = pc.index_in(column, value_set=pa.array(_KINDS))
    return np.asarray(pc.fill_null(codes, -1)).astype(np.int64)
