"""Every command of the docs is run, against a mock of its own where it names one.

Some kinds are checked elsewhere: what generates clients by `make clients`, what starts containers
by `make containers`, Spark by `make scale`, and a target of make by the CI that runs them all.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.docs.commands import COMMANDS, PAGES, ROOT, blocks
from tests.processes import KEY, environment, running_mock

DEPLOYMENT = "https://billing.test.internal"
ACCOUNT = "4b4f8f0a-0d1f-4f5e-9c0f-6d6f3f6f0001"
ELSEWHERE = {
    "pip",
    "npm",
    "npx",
    "openapi-python-client",
    "datamodel-codegen",
    "docker",
    "cd",
    "spark-submit",
}
OURS = {"billing-audit", "billing-mock", "billing-verify"}
RECORDED = """\
{"op": "opening", "user_id": "u1", "balance": 10}
{"op": "debit", "user_id": "u1", "units": 2, "ref": "r1", "start": 1, "end": 2, "status": 200, "balance": 8}
"""


def of(*programs):
    return pytest.mark.parametrize(
        "command",
        [each for each in COMMANDS if each.words[0] in programs],
        ids=lambda each: f"{each.page}: {' '.join(each.words)[:60]}",
    )


@pytest.fixture(scope="module")
def running():
    with running_mock() as (_, url, _):
        yield url


@pytest.fixture
def url(running):
    """Return the URL of a mock that is as after its start."""
    requests.post(f"{running}/_mock/reset", timeout=30).raise_for_status()
    return running


@pytest.fixture
def folder(tmp_path):
    """Return a reader's folder, with the files that the docs show."""
    for path in PAGES:
        for block in blocks(path, "yaml"):
            name = block.partition(":")[0]
            (tmp_path / f"{name}.yaml").write_text(block, encoding="utf-8")
    return tmp_path


def shell(text, folder):
    own = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", text],
        capture_output=True,
        check=False,
        text=True,
        cwd=folder,
        env=environment(KEY, {"PATH": own}),
        timeout=300,
    )


def test_every_command_is_of_a_kind_that_is_checked():
    known = ELSEWHERE | OURS | {"make", "curl", "export", "pytest"}

    assert {command.words[0] for command in COMMANDS} <= known


@of("make")
def test_a_target_of_make_is_there(command):
    ended = shell(f"make --dry-run {shlex.join(command.words[1:])}", ROOT)

    assert ended.returncode == 0, ended.stderr


@of("curl")
def test_a_request_is_answered(command, url, folder):
    ended = shell(command.text.replace("http://localhost:8001", url), folder)

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "" or json.loads(ended.stdout)


@of("billing-verify")
def test_a_verification_gives_a_verdict(command, url, folder):
    account = f"{url}/_mock/accounts/{ACCOUNT}"
    requests.put(account, json={"balance": 100}, timeout=30).raise_for_status()
    text = command.text.replace(DEPLOYMENT, url).replace("http://localhost:8001", url)

    ended = shell(f"{text} --profile quick", folder)

    # One named account cannot pay for every test, which is told by exit status 3.
    status, verdict = (
        (3, "Not fully tested") if "--account" in text else (0, "Conforms")
    )
    assert ended.returncode == status, ended.stdout + ended.stderr
    assert f"{verdict}: no must clause is broken" in ended.stdout


@of("billing-audit")
def test_an_audit_gives_a_verdict(command, folder):
    for name in ("calls-1.jsonl.gz", "calls-2.jsonl.gz"):
        text = RECORDED.replace("u1", name)
        (folder / name).write_bytes(gzip.compress(text.encode()))

    ended = shell(command.text, folder)

    assert ended.returncode == 0, ended.stderr
    assert "Some order of single steps explains every answer." in ended.stdout


@of("pytest")
def test_pytest_runs_the_contract_tests_of_an_installed_wheel(
    command, url, installed, tmp_path
):
    account = f"{url}/_mock/accounts/{ACCOUNT}"
    requests.put(account, json={"balance": 100}, timeout=30).raise_for_status()
    text = command.text.replace(DEPLOYMENT, url)
    only = "--profile quick --clause debit.shape -p no:cacheprovider"

    ended = shell(f"PYTHONPATH={installed} {text} {only}", tmp_path)

    assert ended.returncode == 3, ended.stdout + ended.stderr
    assert "0 of 1 must clauses executed, 1 in part" in ended.stdout


@of("billing-mock")
def test_a_mock_starts_or_prints(command, url, folder):
    if {"spec", "history"} & set(command.words[1:2]):
        read = (
            f"{url}/internal/billing/balance?user_id=test-user"  # a history has a line
        )
        requests.get(read, headers={"X-Internal-Key": KEY}, timeout=30)
        ended = shell(command.text.replace("http://localhost:8001", url), folder)
        assert ended.returncode == 0, ended.stderr
        return
    files = {f"{path.stem}.yaml": str(path) for path in folder.glob("*.yaml")}
    words = [files.get(word, word) for word in command.words[1:]]

    with running_mock(*words) as (_, own, _):
        assert requests.get(f"{own}/_mock/ready", timeout=30).json()["ready"]


def test_every_option_that_the_docs_name_is_one_of_our_programs():
    helps = "".join(
        shell(f"{program} --help", ROOT).stdout
        for program in (
            "billing-mock",
            "billing-mock spec",
            "billing-verify",
            "billing-audit",
            "python -m tests.zoo.table",
            "pytest contract_tests",
        )
    )
    inline = [
        code
        for path in PAGES
        for code in re.findall(r"(?<!`)`([^`\n]+)`", path.read_text(encoding="utf-8"))
    ]
    named = {
        option
        for code in inline
        for option in re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", code)
    }

    assert {each for each in named if each not in helps} == set()


def test_what_is_exported_are_the_variables_of_the_document():
    exported = {
        command.words[1].partition("=")[0]
        for command in COMMANDS
        if command.words[0] == "export"
    }

    assert exported == {"BILLING_SERVICE_TOKEN", "BILLING_SERVICE_URL"}
