"""`billing-audit`: its exit status, what it prints, and that it never ends in a traceback."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from billing_audit.cli import main
from billing_audit.history import Opening, write_history
from tests.audit.operation_builders import charged, lost, reading, refused

FIRST = charged(2, "r1", (0, 1), leaves=8)
RIGHT = [Opening("u1", Decimal(10)), FIRST, reading(8, (2, 3))]
STALE = [Opening("u1", Decimal(10)), FIRST, reading(10, (2, 3))]
UNCLEAR = [
    Opening("u1", Decimal(10)),
    *(lost(units, f"r{number}", 0) for number, units in enumerate([6, 5, 5])),
    reading(0, (1, 2)),
]


@pytest.fixture
def audit(tmp_path):
    def run(entries, *arguments):
        recorded = tmp_path / "calls.jsonl"
        with recorded.open("w", encoding="utf-8") as stream:
            write_history(entries, stream)
        return CliRunner().invoke(main, [str(recorded), *arguments])

    return run


def text_of(entries):
    stream = io.StringIO()
    write_history(entries, stream)
    return stream.getvalue()


def test_a_history_that_some_order_explains_exits_0(audit):
    result = audit(RIGHT)

    assert result.exit_code == 0
    assert (
        "2 operations of 1 account. Some order of single steps explains every answer."
        in result.output
    )


def test_a_broken_history_exits_1_and_shows_what_collides(audit):
    result = audit(STALE)

    assert result.exit_code == 1
    assert "No order explains the answers of 1 account." in result.output
    assert "account 'u1': broken" in result.output
    assert (
        "line 2: debit of 2 with ref 'r1' (200, balance 8), belongs on the way from 10 to 8"
        in result.output
    )
    assert (
        "*     2    3      [=]    reading: 200, balance 10 -- belongs at 10"
        in result.output
    )


def test_an_inconclusive_history_exits_2_with_the_reason(audit):
    result = audit(UNCLEAR, "--steps", "0")

    assert result.exit_code == 2
    assert "Could not tell of 1 account." in result.output
    assert "account 'u1': inconclusive" in result.output


def test_standard_input_is_read_where_the_name_is_a_dash():
    result = CliRunner().invoke(main, ["-"], input=text_of(RIGHT))

    assert result.exit_code == 0
    assert result.output.startswith("standard input: 2 operations")


@pytest.mark.parametrize(
    ("entries", "arguments", "verdict"),
    [
        (RIGHT, [], "linearizable"),
        (STALE, [], "broken"),
        (UNCLEAR, ["--steps", "0"], "inconclusive"),
    ],
    ids=["linearizable", "broken", "inconclusive"],
)
def test_machines_get_the_verdict_as_json(audit, entries, arguments, verdict):
    printed = json.loads(audit(entries, "--json", *arguments).output)

    assert printed["verdict"] == verdict
    assert printed["accounts"] == 1
    assert printed["operations"] == len(entries) - 1
    assert len(printed["broken"]) == (verdict == "broken")
    assert len(printed["inconclusive"]) == (verdict == "inconclusive")


def test_machines_get_the_operations_that_collide(audit):
    printed = json.loads(audit(STALE, "--json").output)

    (account,) = printed["broken"]
    assert account["user_id"] == "u1"
    assert [each["line"] for each in account["collision"]] == [2, 3]
    assert account["collision"][1] == {
        "line": 3,
        "place": "at 10",
        "op": "balance",
        "user_id": "u1",
        "start": 2,
        "end": 3,
        "status": 200,
        "balance": 10,
    }


def test_a_timeline_is_drawn_into_a_file(audit, tmp_path):
    drawing = tmp_path / "collision.svg"

    result = audit(STALE, "--timeline", str(drawing))

    assert result.exit_code == 1
    assert "Account &#x27;u1&#x27;" in drawing.read_text(encoding="utf-8")


def test_without_a_broken_account_no_timeline_is_drawn(audit, tmp_path):
    drawing = tmp_path / "collision.svg"

    result = audit(RIGHT, "--timeline", str(drawing))

    assert result.exit_code == 0
    assert "no timeline was drawn" in result.output
    assert not drawing.exists()


def test_only_the_first_of_many_broken_accounts_are_told(audit):
    entries = [
        each.__class__(f"u{number}", Decimal(0), Decimal(1), 200, Decimal(balance))
        for number in range(30)
        for balance in (1, 2)
        for each in [reading(balance, (0, 1))]
    ]

    result = audit(entries)

    assert result.exit_code == 1
    assert result.output.count(": broken") == 20
    assert (
        "Only the first 20 of a kind are told here; --json tells all." in result.output
    )


REFUSED = {
    "no such file": (
        ["nowhere.jsonl"],
        "",
        "nowhere.jsonl cannot be read: No such file",
    ),
    "a folder": (["."], "", "cannot be read: Is a directory"),
    "nothing": (
        ["-"],
        "",
        "standard input has no operations: there is nothing to judge",
    ),
    "openings alone": (["-"], text_of(RIGHT[:1]), "has no operations"),
    "answers that tell nothing": (
        ["-"],
        text_of([refused(2, "r1", (0, 1), status=401)]),
        "not one of the 1 operations in standard input was answered 200, 403 or 409",
    ),
    "debits that were never answered": (
        ["-"],
        text_of([lost(2, "r1", 0)]),
        "not one of the 1 operations in standard input was answered 200, 403 or 409",
    ),
    "no JSON": (["-"], "hello\n", "standard input, line 1: not JSON"),
    "a timeline nowhere": (
        ["-", "--timeline", "no/such/folder/a.svg"],
        text_of(STALE),
        "the timeline cannot be written to no/such/folder/a.svg",
    ),
}


@pytest.mark.parametrize(
    ("arguments", "given", "message"), REFUSED.values(), ids=REFUSED.keys()
)
def test_what_cannot_be_judged_exits_2_with_what_to_do(arguments, given, message):
    result = CliRunner().invoke(main, arguments, input=given)

    assert result.exit_code == 2
    assert f"Error: {message}" in result.output or message in result.output
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    ("failure", "status"),
    [(KeyboardInterrupt, 130), (MemoryError, 2)],
    ids=["interrupt", "memory"],
)
def test_what_stops_the_audit_is_no_verdict(audit, monkeypatch, failure, status):
    def fail(*_, **__):
        raise failure

    monkeypatch.setattr("billing_audit.cli.audit", fail)

    assert audit(RIGHT).exit_code == status


def test_a_reader_that_goes_away_leaves_the_exit_status_alone(audit, monkeypatch):
    def gone(_):
        raise BrokenPipeError

    monkeypatch.setattr("billing_audit.cli.click.echo", gone)
    monkeypatch.setattr("billing_audit.cli.discard_output", lambda: None)

    assert audit(STALE).exit_code == 1


def test_letters_that_the_terminal_lacks_are_spelt_out(tmp_path):
    recorded = tmp_path / "calls.jsonl"
    recorded.write_text(
        text_of([charged(2, "чай\x1b", (0, 1), leaves=-2)]), encoding="utf-8"
    )

    result = CliRunner(charset="ascii").invoke(main, [str(recorded)])

    assert result.exit_code == 1
    assert r"with ref '\u0447\u0430\u0439\x1b'" in result.output


def test_a_closed_standard_input_is_named():
    command = f'exec "{sys.executable}" -m billing_audit - <&-'

    ended = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, check=False
    )

    assert ended.returncode == 2
    assert "standard input cannot be read: it is closed" in ended.stderr


def test_a_closed_standard_output_leaves_the_exit_status_alone(tmp_path):
    recorded = tmp_path / "calls.jsonl"
    recorded.write_text(text_of(STALE), encoding="utf-8")
    command = f'exec "{sys.executable}" -m billing_audit "$1" >&-'

    ended = subprocess.run(
        ["/bin/sh", "-c", command, "sh", str(recorded)],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full")
@pytest.mark.parametrize(("history", "status"), [(RIGHT, 2), (STALE, 1)])
def test_a_verdict_for_which_there_is_no_room_is_none_that_conforms(
    history, status, tmp_path
):
    recorded = tmp_path / "calls.jsonl"
    recorded.write_text(text_of(history), encoding="utf-8")

    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "billing_audit", str(recorded)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert ended.returncode == status
    assert ("No space left on device" in ended.stderr) is (status == 2)
    assert "Traceback" not in ended.stderr
