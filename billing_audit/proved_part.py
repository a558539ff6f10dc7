"""Proves what it can of a part, and hands on the lines of all other accounts (extra `fast`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from billing_audit.columns import read_columns
from billing_audit.findings import INFORMATIVE, Findings
from billing_audit.proof import proved_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_audit.columns import Numbers
    from billing_audit.parts import Part

_LINE_END: Final = ord("\n")


def prove_part(part: Part) -> tuple[Findings, Iterator[tuple[int, bytes]]]:
    """Return what is found in the accounts that could be proved, and the numbered lines of the others."""
    data = b"" if part.odd.exists() else part.lines.read_bytes()
    columns = read_columns(data) if data else None
    if columns is None:
        return Findings(), part.numbered_lines()
    proved = proved_accounts(columns)
    of_proved = proved[columns.user]
    operations = of_proved & (columns.kind > 0)
    findings = Findings(
        operations=int(np.count_nonzero(operations)),
        accounts=int(np.count_nonzero(proved)),
        is_informative=bool(
            np.isin(columns.status.values[operations], INFORMATIVE).any()
        ),
    )
    return findings, _lines(part, data, np.flatnonzero(~of_proved))


def _lines(part: Part, data: bytes, rows: Numbers) -> Iterator[tuple[int, bytes]]:
    if not len(rows):
        return
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == _LINE_END)
    begins = np.concatenate([[0], ends[:-1] + 1])
    numbers = np.fromfile(part.numbers, dtype=np.uint64)
    for number, begin, end in zip(
        numbers[rows].tolist(), begins[rows].tolist(), ends[rows].tolist(), strict=True
    ):
        yield number, data[begin:end]
