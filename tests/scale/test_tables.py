"""Tables are read as the lines of a history, without a digit lost."""

from __future__ import annotations

import csv
import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from billing_audit.audit import Extent, audit
from billing_audit.report import Report
from billing_audit.sources import SourceError, Sources

NAMES = (
    "op",
    "user_id",
    "units",
    "ref",
    "start",
    "end",
    "status",
    "balance",
    "allowed",
    "note",
)
ROWS = [
    ("opening", "u1", "", "", "", "", "", "12345678901234567.89", "", ""),
    (
        "debit",
        "u1",
        "0.01",
        'a,b"c',
        "1.000000001",
        "2",
        "200",
        "12345678901234567.88",
        "",
        "x",
    ),
    ("check", "u1", "5", "", "2.5", "3", "200", "12345678901234567.88", "true", ""),
    ("debit", "u1", "1", "r2", "4", "", "", "", "", ""),
]
STALE = ("balance", "u1", "", "", "5", "6", "200", "12345678901234567.89", "", "")


def audited(path):
    sources = Sources([str(path)])
    findings = audit(sources, Extent(jobs=1, memory=1 << 30))
    if findings.error:
        raise sources.error(findings.error)
    return json.loads(
        Report(sources, findings, Extent(jobs=1, memory=1).shard).as_json()
    )


def write_csv(folder, rows):
    path = folder / "calls.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([NAMES, *rows])
    return path


def write_parquet(folder, rows, *, amount=None):
    amount = amount or pa.decimal128(38, 2)
    columns = {name: [row[at] or None for row in rows] for at, name in enumerate(NAMES)}
    types = {
        "units": amount,
        "balance": amount,
        "start": pa.decimal128(38, 9),
        "end": pa.float64(),
        "status": pa.int16(),
        "allowed": pa.bool_(),
    }
    arrays = {
        name: pa.array(
            [each and _typed(each, types.get(name)) for each in column],
            type=types.get(name, pa.string()),
        )
        for name, column in columns.items()
    }
    path = folder / "calls.parquet"
    pq.write_table(pa.table(arrays), path)
    return path


def _typed(text, kind):
    if kind is None or pa.types.is_string(kind):
        return text
    if pa.types.is_boolean(kind):
        return text == "true"
    if pa.types.is_integer(kind):
        return int(text)
    return Decimal(text) if pa.types.is_decimal(kind) else float(text)


@pytest.mark.parametrize("write", [write_csv, write_parquet])
def test_a_table_is_judged_as_the_lines_that_it_stands_for(tmp_path, write):
    right = audited(write(tmp_path, ROWS))
    stale = audited(write(tmp_path, [*ROWS, STALE]))

    assert (right["verdict"], right["operations"]) == ("linearizable", 3)
    assert stale["verdict"] == "broken"
    [account] = stale["broken"]
    header = write is write_csv
    assert account["collision"][-1]["line"] == len(ROWS) + 1 + header


def test_amounts_that_a_column_rounds_are_refused(tmp_path):
    path = write_parquet(tmp_path, ROWS, amount=pa.float64())

    with pytest.raises(
        SourceError,
        match="is double, which rounds money",
    ):
        audited(path)


def test_a_wrong_cell_is_named_with_its_row(tmp_path):
    rows = [*ROWS, ("debit", "u1", "many", "r3", "7", "8", "200", "1", "", "")]

    with pytest.raises(
        Exception, match='line 6: "units" is "many"; it must be a number'
    ):
        audited(write_csv(tmp_path, rows))


def test_a_damaged_table_is_named(tmp_path):
    path = write_parquet(tmp_path, ROWS)
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(SourceError, match="the file is damaged"):
        audited(path)
