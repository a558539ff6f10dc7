"""Judges a history on a Spark cluster: spark-submit audit_on_spark.py 'history/*.jsonl.gz' 512.

The second argument is the number of parts. Each part has to fit into an executor's memory: about
six times the bytes of its lines.
"""

import sys

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql.functions import col, get_json_object

from billing_audit.checker.check import STEPS
from billing_audit.findings import judge_lines

COLUMNS = pa.schema(
    [("user_id", pa.string()), ("verdict", pa.string()), ("words", pa.string())]
)


def judge_part(batches):
    lines = (text.encode() for batch in batches for text in batch["value"].to_pylist())
    found = judge_lines(enumerate(lines, start=1), steps=STEPS)
    rows = [(each.user_id, "broken", each.result.sentence) for each in found.broken]
    rows += [
        (each.user_id, "inconclusive", each.result.reason)
        for each in found.inconclusive
    ]
    if found.error:
        line = found.error.line.decode(errors="replace")
        rows.append((None, "unreadable", f"{found.error.problem}: {line[:200]}"))
    yield pa.RecordBatch.from_pylist(
        [dict(zip(COLUMNS.names, row, strict=True)) for row in rows], schema=COLUMNS
    )


def main(files, parts):
    lines = SparkSession.builder.getOrCreate().read.text(files)
    user = get_json_object(col("value"), "$.user_id")
    judged = lines.repartition(int(parts), user).mapInArrow(
        judge_part, "user_id string, verdict string, words string"
    )
    rows = judged.collect()
    for row in rows:
        print(row.verdict, row.user_id, row.words, sep="\t")
    sys.exit(1 if any(row.verdict == "broken" for row in rows) else 2 if rows else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
