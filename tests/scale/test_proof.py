"""The proof of many accounts at once is never wrong, and proves most of them (extra `fast`)."""

from __future__ import annotations

import io
import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from billing_audit.audit import Extent, audit
from billing_audit.columns import read_columns
from billing_audit.findings import judge_lines
from billing_audit.history import write_history
from billing_audit.proof import proved_accounts
from billing_audit.report import Report
from billing_audit.sources import Sources
from tests.audit.test_audit_of_parts import lines_of_several_accounts, write_large

SEEN = Counter()


@settings(
    deadline=None, max_examples=4000, suppress_health_check=[HealthCheck.too_slow]
)
@given(lines_of_several_accounts())
def each_history_is_judged_alike(entries):
    stream = io.StringIO()
    write_history(entries, stream)
    data = stream.getvalue().encode()
    columns = read_columns(data)
    assert columns is not None

    proved = proved_accounts(columns)

    found = judge_lines(enumerate(data.split(b"\n"), start=1), steps=200_000)
    unexplained = {each.user_id for each in found.broken + found.inconclusive}
    users = dict.fromkeys(entry.user_id for entry in entries)
    for user_id, is_proved in zip(users, proved, strict=True):
        SEEN[user_id in unexplained, bool(is_proved)] += 1
        assert not (is_proved and user_id in unexplained), user_id


def test_what_is_proved_is_what_the_checker_explains_and_most_of_that_is_proved():
    each_history_is_judged_alike()

    explained = SEEN[False, True] + SEEN[False, False]
    assert sum(SEEN.values()) > 8000
    assert SEEN[False, True] > 0.7 * explained


def judged(path, *, proof):
    extent = Extent(jobs=1, memory=16_000_000, proof=proof)
    sources = Sources([str(path)])
    findings = audit(sources, extent)
    if findings.error:
        return str(sources.error(findings.error))
    return json.loads(Report(sources, findings, extent.shard).as_json())


MUTATIONS = {
    "none": ("", ""),
    "a number in quotes": ('"units": 1,', '"units": "1",'),
    "a field missing": (', "end": 5000.5', ""),
    "a null for a number": ('"units": 1,', '"units": null,'),
    "a status in quotes": ('"status": 200', '"status": "200"'),
    "a status that is a decimal": ('"status": 200', '"status": 200.0'),
    "an amount of many decimals": ('"units": 1,', '"units": 1.0000000001,'),
    "a fraction that float cannot hold": ('"units": 1,', '"units": 1.00000000001,'),
    "an amount beyond 64 bits": ('"units": 1,', '"units": 1e25,'),
    "a field twice": ('"units": 1,', '"units": 1, "units": 1,'),
    "an escaped name": ('"units"', '"\\u0075nits"'),
    "bytes that are no UTF-8": ('"ref": "', '"ref": "\udcff'),
    "another balance": ('"balance": 9975', '"balance": 9974'),
    "an end before its start": ('"end": 5000.5', '"end": 4999'),
    "a refusal": ('"status": 200', '"status": 403'),
    "a lost answer": ('"end": 5000.5, "status": 200', '"end": null, "status": null'),
    "an unknown operation": ('"op": "debit"', '"op": "credit"'),
    "no user": ('"user_id": "user-0", ', ""),
    "a value beside the object": ("}", "} {}"),
}


@pytest.mark.parametrize(("old", "new"), MUTATIONS.values(), ids=MUTATIONS)
def test_one_line_changed_in_a_large_history_is_judged_as_without_the_extra(
    tmp_path, old, new
):
    path = write_large(tmp_path / "calls.jsonl")
    lines = path.read_text().split("\n")
    assert old in lines[5000]
    lines[5000] = lines[5000].replace(old, new, 1)
    path.write_bytes("\n".join(lines).encode(errors="surrogateescape"))

    assert judged(path, proof=True) == judged(path, proof=False)
