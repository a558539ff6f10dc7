"""What a run prints at its end: the causes, the most money first, each so that one can act on it."""

from __future__ import annotations

import copy
import re
import shlex
import subprocess
from unicodedata import east_asian_width

import pytest

from billing_contract import load_contract
from billing_verify.report.summary import summarize
from tests.once import once
from tests.processes import KEY, run
from tests.reported import Reported
from tests.six_faults import SixFaults
from tests.zoo import Service, serving
from tests.zoo.faults.auth import AnyKeyFits
from tests.zoo.faults.idempotency import RefsIgnored

LINES = 60
NOISE = ("assert", "Traceback", "site-packages", "FAILED", "hypothesis", "Exception")


def verified(service, *options, folder):
    with serving(service) as url:
        return Reported(
            url, "--account-url", f"{url}/_zoo/accounts", *options, folder=folder
        )


@pytest.fixture(scope="module")
def six(tmp_path_factory):
    return once(
        tmp_path_factory,
        "six",
        lambda folder: verified(SixFaults(), "--profile", "quick", folder=folder),
    )


@pytest.fixture(scope="module")
def keyless(tmp_path_factory):
    class Keyless(Service):
        def key_fits(self, given):
            return True

    return once(
        tmp_path_factory,
        "keyless",
        lambda folder: verified(Keyless(), "--profile", "quick", folder=folder),
    )


def columns(line):
    return sum(1 + (east_asian_width(each) in "WF") for each in line)


def commands(printed):
    """Return the lines that repeat a cause, as a shell reads them."""
    joined = re.sub(r" \\\n +", " ", printed)
    return [
        line.strip()
        for line in joined.splitlines()
        if line.startswith("   billing-verify ")
    ]


def ending(run):
    """Return the lines of the verdict, without those of progress that a slow machine has before it."""
    return run.ended.stdout.partition(" billing contract ")[2].splitlines()


def test_six_faults_are_told_on_one_screen(six):
    lines = ending(six)

    assert six.ended.returncode == 1
    assert len(lines) <= LINES
    assert max(map(columns, six.ended.stdout.splitlines())) <= 80
    assert [word for word in NOISE if word in six.ended.stdout] == []
    assert six.ended.stderr == ""


def test_each_of_six_faults_is_a_cause_and_the_verdict_comes_last(six):
    heads = [cause["clauses"][0] for cause in six.json["causes"]]

    assert set(heads) == {
        "race.same-ref",
        "input.negative",
        "race.no-overdraft",
        "auth.wrong-key",
        "check.verdict",
        "http.no-5xx",
    }
    titles = re.findall(r"^\d+\. BROKEN ([\w.-]+)", six.ended.stdout, re.MULTILINE)
    assert titles == heads
    last = " ".join(six.ended.stdout.split()).rpartition("Does not conform: ")[2]
    assert last.endswith("in part.")


def test_what_was_charged_twice_stands_before_what_was_only_worded_badly(six):
    heads = [cause["clauses"][0] for cause in six.json["causes"]]

    assert heads[0] == "race.same-ref"
    assert heads[-1] == "http.no-5xx"


def test_each_cause_has_an_exchange_a_hint_and_a_line_that_repeats_it(six):
    printed = six.ended.stdout
    causes = six.json["causes"]
    hints = {load_contract().clauses[cause["clauses"][0]].hint for cause in causes}

    assert {f"Usual cause: {hint}" for hint in hints} <= {
        line.strip() for line in printed.splitlines()
    }
    assert commands(printed) == [cause["repeat"] for cause in causes]
    assert KEY not in printed
    assert len(re.findall(r"(?:POST|GET) \w+.* -> \d+", printed)) >= len(causes)


def test_a_key_check_that_is_switched_off_is_one_cause(keyless):
    (cause,) = keyless.json["causes"]

    assert cause["clauses"][0] == "auth.wrong-key"
    assert {"auth.near-miss", "auth.no-effect"} < set(cause["clauses"])
    assert len(keyless.json["failures"]) > 30
    assert len(ending(keyless)) < 25


@pytest.mark.parametrize("service", [AnyKeyFits, RefsIgnored])
def test_the_line_that_repeats_a_cause_shows_it_again(service, tmp_path):
    with serving(service()) as url:
        hook = ("--account-url", f"{url}/_zoo/accounts", "--profile", "quick")
        first = Reported(url, *hook, folder=tmp_path)
        cause = first.json["causes"][0]
        program, *words = shlex.split(commands(first.ended.stdout)[0])

        again = run("billing_verify", *words, cwd=tmp_path)

    assert program == "billing-verify"
    assert again.returncode == 1
    assert f"1. BROKEN {cause['clauses'][0]}" in again.stdout
    assert "Clauses: 1 broken." in again.stdout


def test_two_debits_of_one_ref_that_were_both_made_are_shown(tmp_path):
    report = verified(RefsIgnored(), "--clause", "ref.duplicate", folder=tmp_path)

    deciding = report.json["failures"][0]["deciding"]
    made = re.findall(
        r'POST debit: units [\d.]+, ref "ct-.* -> 200', report.ended.stdout
    )
    assert [each["answer"]["status"] for each in deciding] == [200, 200]
    assert (
        len({re.search(r'"ref": "(.*?)"', each["body"])[1] for each in deciding}) == 1
    )
    assert len(made) == 2
    assert "200, not 409" in report.ended.stdout


def test_a_conforming_run_is_told_in_few_lines(conforming):
    lines = ending(conforming)

    assert len(lines) <= 14
    assert lines[-1].endswith("must clauses executed.")


def test_verbose_tells_every_clause_and_every_failed_test(tmp_path):
    with serving(RefsIgnored()) as url:
        ended = run(
            "billing_verify",
            *(url, "--account-url", f"{url}/_zoo/accounts", "--profile", "quick"),
            *("--clause", "ref.duplicate", "--clause", "debit.exact", "--verbose"),
            cwd=tmp_path,
        )

    table = re.compile(r"^(\w[\w ]*\w) +must +(\S+) ", re.MULTILINE)
    assert [name for _, name in table.findall(ended.stdout)] == [
        "debit.exact",
        "ref.duplicate",
    ]
    assert "curl -sS -i -X POST" in ended.stdout
    assert ended.stdout.count("claim   ") >= 3


def test_many_options_are_written_once_and_every_cause_is_still_told(six):
    accounts = " ".join(f"--account {number * 36}" for number in "1234")
    report = copy.deepcopy(six.json)
    for cause in report["causes"]:
        cause["repeat"] = cause["repeat"].replace("--clause", f"{accounts} --clause")

    lines = [line.text for line in summarize(report)]

    printed = "\n".join(lines)
    assert len(lines) <= LINES - 4
    assert printed.count("Usual cause: ") == len(report["causes"])
    definition = re.search(r"again\(\) \{.*?; \}", printed, re.DOTALL)[0]
    called = "billing-verify() { printf '%s\\n' \"$@\"; }"
    for cause in report["causes"]:
        words = shlex.split(cause["repeat"])[1:]
        again = f"again --clause {cause['clauses'][0]}"
        shell = subprocess.run(
            ["bash", "-c", f"{called}\n{definition}\n{again}"],
            capture_output=True,
            check=True,
            text=True,
        )
        assert f"   {again}" in lines
        assert sorted(shell.stdout.split()) == sorted(words)
