"""A run without a verdict: CI sees it fail, and nothing of ours or of the target leaks to the terminal."""

from __future__ import annotations

import http.server
from contextlib import contextmanager
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from billing_mock import BillingMock
from billing_verify.cli import main
from billing_verify.results.internal_error import describe_internal_error
from tests.processes import KEY, run
from tests.reported import serving_handler
from tests.zoo import Service, serving


def failed_cases(file):
    """Return the names and messages of the test cases of a JUnit file that failed."""
    return [
        (case.get("name"), problem.get("message"))
        for case in ET.parse(file).iter("testcase")
        for problem in (*case.iter("failure"), *case.iter("error"))
    ]


def test_junit_has_a_failed_case_where_the_target_does_not_answer(unreachable):
    cases = ET.fromstring(unreachable.junit).findall(".//testcase")

    assert [case.get("name") for case in cases] == ["could_not_judge"]
    assert "Is the service running" in cases[0].find("failure").get("message")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [("0.000001", "the time was up (--max-time"), ("0.2", "")],
)
def test_junit_has_a_failed_case_where_the_time_was_up(seconds, words, tmp_path):
    with BillingMock() as mock:
        ended = run(
            "billing_verify",
            *(mock.url, "--max-time", seconds, "--junit", "r.xml"),
            *("--clause", "ref.remembered", "--profile", "thorough"),
            cwd=tmp_path,
        )

    cases = failed_cases(tmp_path / "r.xml")
    assert ended.returncode == 2, ended.stdout
    assert [name for name, _ in cases] == ["could_not_judge"]
    assert words in cases[0][1]
    assert "INTERNALERROR" not in ended.stdout


def test_junit_has_none_where_there_is_a_verdict(conforming):
    root = ET.fromstring(conforming.junit)

    assert [case.get("name") for case in root.iter("testcase")]
    assert not root.findall(".//failure") + root.findall(".//error")


def test_an_internal_error_is_one_sentence_without_the_key(tmp_path, monkeypatch):
    """The runs are forks of a process that imports the suite, so the fault comes from a callable's module."""
    (tmp_path / "opener.py").write_text(
        "import pytest, sys\n"
        "from billing_verify.run.money_planner import MoneyPlanner\n"
        "def fail(self, session):\n"
        f"    raise RuntimeError('the key is {KEY}, line\\x1b[2J')\n"
        "MoneyPlanner.pytest_runtestloop = pytest.hookimpl(tryfirst=True)(fail)\n"
    )
    (tmp_path / "sitecustomize.py").write_text("import opener\n")
    with BillingMock() as mock:
        ended = run(
            "billing_verify",
            *(mock.url, "--clause", "input.zero", "--junit", "r.xml"),
            cwd=tmp_path,
            PYTHONPATH=str(tmp_path),
        )

    printed = ended.stdout + ended.stderr
    assert ended.returncode == 2, printed
    assert "billing-verify itself failed, not the service: RuntimeError" in printed
    assert "opener.py, line 4" in printed
    assert "please report this line" in printed
    assert "Traceback" not in printed
    assert KEY not in printed + (tmp_path / "r.xml").read_text()
    assert "\x1b" not in printed


def test_an_error_outside_of_pytest_is_one_sentence_too(monkeypatch, tmp_path):
    def fail(*arguments, **options):
        raise RuntimeError(f"with {KEY}")

    monkeypatch.setenv("BILLING_SERVICE_TOKEN", KEY)
    monkeypatch.setattr("billing_verify.cli.run_pytest", fail)

    ended = CliRunner().invoke(main, ["http://127.0.0.1:1"])

    assert ended.exit_code == 2
    assert "itself failed, not the service: RuntimeError: with ***" in ended.output
    assert "Traceback" not in ended.output


def test_an_error_that_says_nothing_is_told_by_its_name():
    assert "service: KeyError; please" in describe_internal_error(KeyError())


class Rude(Service):
    """A service that writes to the terminal in every text, and answers a used ref 200."""

    def used(self, account, order):
        return False

    def tx_id(self, account, order):
        return super().tx_id(account, order) + "\x1b[2J\x9b31m\r\u202e"

    def error_body(self, refusal):
        return {"code": "\x1b[2Jrude\x07", "detail": "\x1b]0;title\x07"}


@contextmanager
def serving_rude_page():
    """Serve a page full of control characters at every path."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = b"\x1b[2J\x1b]0;gone\x07 no \r billing \x9b31m"
            self.send_response(400)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            self.do_GET()

        def log_message(self, *words):
            pass

    with serving_handler(Handler) as url:
        yield url


@pytest.mark.parametrize("how", [(), ("--verbose",)])
def test_control_characters_of_the_target_never_reach_the_terminal(how, tmp_path):
    only = ("--clause", "ref.duplicate", "--clause", "input.zero", "--profile", "quick")
    with serving(Rude()) as url:
        hook = ("--account-url", f"{url}/_zoo/accounts")
        broken = run("billing_verify", url, *hook, *only, *how, cwd=tmp_path)
    with serving_rude_page() as url:
        stopped = run("billing_verify", url, *how, cwd=tmp_path)

    printed = broken.stdout + broken.stderr + stopped.stdout + stopped.stderr
    assert (broken.returncode, stopped.returncode) == (1, 2)
    assert not set(printed) & set("\x1b\x9b\x07\r\u202e"), printed
