"""What the exit status promises: 0 only where everything that was asked for was tested whole and held."""

from __future__ import annotations

import json
import sys

import pytest

from billing_contract import load_contract
from billing_mock import BillingMock
from billing_verify.results.records import ClauseRecord, Outcome, OutcomeOfTest, Verdict
from billing_verify.results.verdicts import Exit, Verdicts
from tests.processes import run
from tests.reported import problems

CLAUSES = load_contract().clauses
MUST, SHOULD = CLAUSES["ref.duplicate"], CLAUSES["ref.remembered"]
NAMED = ("--account", "test-user", "--profile", "quick")


@pytest.fixture
def mock():
    with BillingMock() as running:
        yield running


def record(*outcomes):
    """The record of a must clause whose tests ended so, each named by its number."""
    ends = [OutcomeOfTest(str(number), each) for number, each in enumerate(outcomes)]
    return ClauseRecord(MUST, outcomes=ends)


@pytest.mark.parametrize(
    ("outcomes", "verdict", "run_of"),
    [
        ([Outcome.HELD] * 3, Verdict.KEPT, (3, 3)),
        ([Outcome.HELD] + [Outcome.NOT_TESTED] * 8, Verdict.IN_PART, (1, 9)),
        ([Outcome.HELD, Outcome.WITHHELD], Verdict.IN_PART, (1, 2)),
        ([Outcome.HELD, Outcome.NOT_APPLICABLE], Verdict.KEPT, (1, 1)),
        ([Outcome.NOT_TESTED, Outcome.FAILED], Verdict.BROKEN, (1, 2)),
        ([Outcome.HELD, Outcome.ERROR], Verdict.ERROR, (1, 2)),
        ([Outcome.NOT_TESTED], Verdict.NOT_TESTED, (0, 1)),
        ([], Verdict.NOT_TESTED, (0, 0)),
    ],
)
def test_kept_is_what_every_test_of_a_clause_held(outcomes, verdict, run_of):
    found = record(*outcomes)

    assert found.verdict is verdict
    assert (found.number_run, found.number_of_tests) == run_of


def test_a_test_counts_once_by_the_worst_of_its_ends():
    ends = [OutcomeOfTest("one", each) for each in (Outcome.HELD, Outcome.NOT_TESTED)]

    found = ClauseRecord(MUST, outcomes=ends)

    assert (found.verdict, found.number_of_tests) == (Verdict.NOT_TESTED, 1)


@pytest.mark.parametrize(
    ("clauses", "outcome", "options", "status"),
    [
        ((MUST,), Outcome.HELD, {}, Exit.CONFORMS),
        ((MUST, SHOULD), Outcome.NOT_TESTED, {}, Exit.CONFORMS),
        ((MUST, SHOULD), Outcome.NOT_TESTED, {"strict": True}, Exit.INCOMPLETE),
        ((MUST, SHOULD), Outcome.NOT_TESTED, {"named": [SHOULD.id]}, Exit.INCOMPLETE),
        ((MUST, CLAUSES["debit.exact"]), Outcome.NOT_TESTED, {}, Exit.INCOMPLETE),
        ((MUST, CLAUSES["debit.exact"]), Outcome.WITHHELD, {}, Exit.CONFORMS),
        (
            (MUST, CLAUSES["debit.exact"]),
            Outcome.NOT_TESTED,
            {"accept_untested": True},
            Exit.CONFORMS,
        ),
        ((MUST, CLAUSES["debit.exact"]), Outcome.FAILED, {}, Exit.BROKEN),
        ((MUST, CLAUSES["debit.exact"]), Outcome.ERROR, {}, Exit.COULD_NOT_JUDGE),
    ],
)
def test_the_first_clause_held_and_the_last_ended_so(clauses, outcome, options, status):
    verdicts = Verdicts(clauses, **options)
    verdicts.add(MUST.id, Outcome.HELD, test="one")
    verdicts.add(clauses[-1].id, outcome, "no account", test="two")

    assert verdicts.exit_status() is status


def test_reasons_that_differ_in_numbers_are_told_once_with_the_largest():
    verdicts = Verdicts([MUST, CLAUSES["debit.exact"]])
    verdicts.add(MUST.id, Outcome.NOT_TESTED, "0.01 units are too much", test="one")
    verdicts.add("debit.exact", Outcome.NOT_TESTED, "2 units are too much", test="two")

    (found,) = verdicts.untested()

    assert (found.reason, found.tests) == ("2 units are too much", 2)
    assert found.clauses == [MUST.id, "debit.exact"]


def test_what_was_not_tested_ends_with_3_and_is_listed_everywhere(mock, tmp_path):
    files = ("--json", "r.json", "--html", "r.html", "--junit", "r.xml")

    ended = run("billing_verify", mock.url, *NAMED, *files, cwd=tmp_path)

    report = json.loads((tmp_path / "r.json").read_text())
    partial = [each for each in report["clauses"] if each["verdict"] == "in part"]
    assert (ended.returncode, report["exit_status"]) == (3, 3), ended.stdout
    assert problems(report) == []
    assert partial
    assert all(0 < each["tests_run"] < each["tests"] for each in partial)
    assert all(each["reasons"] for each in partial)
    assert report["untested"]
    printed = " ".join(ended.stdout.split())
    assert "Not tested: " in printed
    assert "--accept-untested" not in report["sentence"]
    extent = f"{partial[0]['tests_run']} of {partial[0]['tests']} tests"
    assert f"{partial[0]['id']} {extent}" in printed
    assert f"{extent} ran and held" in (tmp_path / "r.html").read_text()
    junit = (tmp_path / "r.xml").read_text()
    assert f'name="{partial[0]["id"]}" value="in part, {extent}"' in junit


def test_what_was_not_tested_can_be_accepted(mock, tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        "[tool.billing-verify]\naccept-untested = true\n"
    )

    ended = run("billing_verify", mock.url, *NAMED, "--json", "r.json", cwd=tmp_path)

    report = json.loads((tmp_path / "r.json").read_text())
    assert (ended.returncode, report["exit_status"]) == (0, 0), ended.stdout
    assert report["verdict"] == "not fully tested"
    assert problems(report) == []


def test_a_reading_run_asks_for_what_can_be_read(mock, tmp_path):
    options = ("--read-only", "--profile", "quick", "--json", "r.json")

    ended = run("billing_verify", mock.url, *options, cwd=tmp_path)

    report = json.loads((tmp_path / "r.json").read_text())
    verdicts = {each["id"]: each["verdict"] for each in report["clauses"]}
    assert ended.returncode == 0, ended.stdout
    assert verdicts["input.no-effect"] == verdicts["ref.duplicate"] == "not tested"
    assert verdicts["http.no-5xx"] == "in part"
    assert "as far as --read-only can see" in report["sentence"]


def test_time_that_is_up_is_no_verdict_that_conforms(mock, tmp_path):
    ended = run("billing_verify", mock.url, "--max-time", "0.000001", cwd=tmp_path)

    assert ended.returncode == 2, ended.stdout
    assert "the time was up" in ended.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full")
@pytest.mark.parametrize("option", ["--json", "--html", "--observed", "--junit"])
def test_a_report_for_which_there_is_no_room_ends_without_a_verdict(
    mock, tmp_path, option
):
    ended = run(
        "billing_verify",
        mock.url,
        *("--clause", "input.zero", option, "/dev/full"),
        cwd=tmp_path,
    )

    assert ended.returncode == 2, ended.stdout
    assert "/dev/full: cannot be written: No space left on device" in ended.stdout
    assert "Exit status 2" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
