"""Looks at many lines at once: the account of each, and whether it is written plainly.

A plain line is one whose JSON has every field with the type that it needs, and none that only
`line_parser` can judge. `columns` reads plain lines, since what is read there is more lenient.
"""

from __future__ import annotations

from typing import Final
from zlib import crc32

import msgspec

from billing_audit.line_parser import parse_line


class _Opening(msgspec.Struct, gc=False, tag_field="op", tag="opening"):
    user_id: str
    balance: float


class _Debit(msgspec.Struct, gc=False, tag_field="op", tag="debit"):
    user_id: str
    units: float
    ref: str
    start: float
    end: float | None
    status: int | None
    balance: float | None = None


class _Check(msgspec.Struct, gc=False, tag_field="op", tag="check"):
    user_id: str
    units: float
    start: float
    end: float | None
    status: int | None
    allowed: bool | None = None
    balance: float | None = None


class _Balance(msgspec.Struct, gc=False, tag_field="op", tag="balance"):
    user_id: str
    start: float
    end: float | None
    status: int | None
    balance: float | None = None


_DECODER: Final = msgspec.json.Decoder(_Opening | _Debit | _Check | _Balance)


def hash_of(user_id: str) -> int:
    """Return the hash that decides which shard and which part an account belongs to.

    It is the same on every machine.
    """
    return crc32(user_id.encode(errors="surrogatepass"))


def hashes_of(lines: list[bytes]) -> tuple[list[int | None], bool]:
    """Return the hash of each line's user_id, None for a line without one, and whether all lines are plain."""
    data = b"\n".join(lines)
    # So each line is one object: nothing between an object's braces reads } {.
    if data.count(b"}\n") == data.count(b"\n{") == len(lines) - 1:
        try:
            found = _DECODER.decode_lines(data)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            pass
        else:
            if len(found) == len(lines):
                return [crc32(each.user_id.encode()) for each in found], True
    return list(map(_hash_of_line, lines)), False


def _hash_of_line(line: bytes) -> int | None:
    try:
        return hash_of(parse_line(line).user_id)
    except ValueError:
        return None
