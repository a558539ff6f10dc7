"""A large history is judged part by part, and the result is the one of a small history."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_audit.audit import Extent, audit
from billing_audit.history import Opening, write_history
from billing_audit.parts import Shard
from billing_audit.report import Report
from billing_audit.sources import Sources
from tests.audit.histories import made_up, right, spoilt

WHOLE = Extent(jobs=1, memory=1 << 30)
SPLIT = Extent(jobs=1, memory=20_000)
SQUEEZED = Extent(jobs=1, memory=600)


def named(operations, opening, user_id):
    entries = [] if opening is None else [Opening(user_id, opening)]
    return entries + [
        type(each)(
            *(
                user_id if name == "user_id" else getattr(each, name)
                for name in each.__struct_fields__
            )
        )
        for each in operations
    ]


@st.composite
def lines_of_several_accounts(draw):
    """Draw the lines of several accounts, right and wrong ones, mixed as a collector would mix them."""
    accounts = draw(st.lists(right() | spoilt() | made_up(), min_size=1, max_size=6))
    entries = [
        entry
        for number, (operations, opening) in enumerate(accounts)
        for entry in named(operations, opening, f"user-{number}")
    ]
    return draw(st.permutations(entries))


def text_of(entries, folder, name):
    path = folder / name
    with path.open("w", encoding="utf-8") as stream:
        write_history(entries, stream)
    return str(path)


def report_of(names, extent):
    sources = Sources(names)
    findings = audit(sources, extent)
    assert findings.error is None
    return json.loads(
        Report(sources, findings, extent.shard).as_json(), parse_float=Decimal
    )


def verdicts(*reports):
    """Return what is said of each account, without its lines."""
    return {
        account["user_id"]: account.get("sentence", account.get("reason"))
        for report in reports
        for account in report["broken"] + report["inconclusive"]
    }


@settings(deadline=None, max_examples=60)
@given(entries=lines_of_several_accounts())
def test_the_parts_and_their_memory_change_nothing(tmp_path_factory, entries):
    name = text_of(entries, tmp_path_factory.mktemp("history"), "calls.jsonl")

    whole = report_of([name], WHOLE)

    assert whole == report_of([name], SPLIT) == report_of([name], SQUEEZED)


@settings(deadline=None, max_examples=60)
@given(entries=lines_of_several_accounts(), cut=st.integers(0, 100))
def test_the_order_of_the_files_changes_no_verdict(tmp_path_factory, entries, cut):
    folder = tmp_path_factory.mktemp("history")
    cut %= len(entries) + 1
    one = text_of(entries[:cut], folder, "one.jsonl")
    other = text_of(entries[cut:], folder, "other.jsonl")

    there, back = report_of([one, other], SPLIT), report_of([other, one], SPLIT)

    assert verdicts(there) == verdicts(back)
    assert (there["operations"], there["accounts"]) == (
        back["operations"],
        back["accounts"],
    )


@settings(deadline=None, max_examples=40)
@given(entries=lines_of_several_accounts(), count=st.integers(2, 5))
def test_the_shards_together_are_the_whole(tmp_path_factory, entries, count):
    name = text_of(entries, tmp_path_factory.mktemp("history"), "calls.jsonl")

    shards = [
        report_of([name], replace(WHOLE, shard=Shard(index, count)))
        for index in range(count)
    ]

    whole = report_of([name], WHOLE)
    assert verdicts(*shards) == verdicts(whole)
    assert sum(shard["operations"] for shard in shards) == whole["operations"]
    assert sum(shard["accounts"] for shard in shards) == whole["accounts"]


def write_large(path, *, users=200, rounds=100, spoil=None):
    """Write some megabytes of right answers; `spoil` gives a line to put at each place."""
    with path.open("w", encoding="utf-8") as stream:
        for number in range(rounds * users):
            user, turn = number % users, number // users
            if spoil and number in spoil:
                stream.write(spoil[number])
            debit = {
                "op": "debit",
                "user_id": f"user-{user}",
                "units": 1,
                "ref": f"{turn}",
                "start": number,
                "end": number + 0.5,
                "status": 200,
                "balance": 10_000 - turn,
            }
            stream.write(json.dumps(debit) + "\n")
    return path


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    stale = (
        json.dumps(
            {
                "op": "balance",
                "user_id": "user-%d",
                "start": 19999,
                "end": 20000,
                "status": 200,
                "balance": 10000,
            }
        )
        + "\n"
    )
    return write_large(
        folder / "large.jsonl", spoil={19_500: stale % 150, 19_700: stale % 7}
    )


def run(*arguments, **settings_):
    return subprocess.run(
        [sys.executable, "-m", "billing_audit", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        **settings_,
    )


@pytest.mark.parametrize("jobs", [1, 2])
def test_broken_accounts_are_named_with_their_lines_in_the_order_of_their_appearance(
    large, jobs
):
    ended = run(large, "--json", "--jobs", jobs, "--memory", "1MB")

    report = json.loads(ended.stdout)
    assert ended.returncode == 1, ended.stderr
    assert (report["operations"], report["accounts"]) == (20_002, 200)
    assert [each["user_id"] for each in report["broken"]] == ["user-7", "user-150"]
    lines = [
        [each["line"] for each in account["collision"]] for account in report["broken"]
    ]
    assert 19_702 in lines[0]
    assert 19_501 in lines[1]


def test_of_wrong_lines_the_first_is_named(tmp_path):
    wrong = write_large(
        tmp_path / "wrong.jsonl",
        spoil={10_000: '{"op": "debit", "user_id": "user-1"}\n', 11_000: "hello\n"},
    )

    ended = run(wrong, "--jobs", 2, "--memory", "1MB")

    assert ended.returncode == 2
    assert 'wrong.jsonl, line 10001: the field "status" is missing' in ended.stderr


def test_a_scratch_folder_that_is_away_is_named(large, tmp_path):
    ended = run(large, "--memory", "1MB", "--scratch", tmp_path / "away")

    assert ended.returncode == 2
    assert "away cannot be used: No such file or directory" in ended.stderr
    assert "--scratch DIR" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_scratch_folder_that_is_full_is_named_and_nothing_stays_in_it(
    large, tmp_path
):
    ended = run(
        large,
        "--memory",
        "1MB",
        "--scratch",
        tmp_path,
        preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (1 << 12, 1 << 12)
        ),
    )

    assert ended.returncode == 2
    assert (
        f"the scratch folder {tmp_path} cannot be used: File too large" in ended.stderr
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_audit_that_is_ended_leaves_nothing_behind(large, tmp_path, number):
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "billing_audit",
            "-",
            "--memory",
            "1MB",
            "--scratch",
            str(tmp_path),
        ],
        stdin=subprocess.PIPE,
    )
    process.stdin.write(large.read_bytes())
    process.stdin.flush()
    assert list(tmp_path.iterdir()) != []

    os.kill(process.pid, number)

    assert process.wait(timeout=60) == 130
    assert list(tmp_path.iterdir()) == []
    process.stdin.close()
