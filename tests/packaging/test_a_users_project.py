"""A project whose own folders are called as ours: its tests run, with our fixture and without, and so do our commands."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.processes import KEY, environment, running_mock

OWN_TESTS = """
import mock_server
import contract_tests


def test_our_own_packages_are_ours():
    assert (mock_server.OWNER, contract_tests.OWNER) == ("the user", "the user")
"""
WITH_FIXTURE = """
import urllib.request


def test_a_gateway(billing_mock):
    assert urllib.request.urlopen(f"{billing_mock.url}/health").status == 200
"""
HISTORY = '{"op": "balance", "user_id": "u", "start": 0, "end": 1, "status": 200, "balance": 5}\n'
OWNER = 'OWNER = "the user"\n'
LAYOUTS = {
    "packages": ("mock_server/__init__.py", "contract_tests/__init__.py"),
    "single files": ("mock_server.py", "contract_tests.py"),
    "src": ("src/mock_server/__init__.py", "src/contract_tests/__init__.py"),
}


@pytest.fixture(params=LAYOUTS)
def project(request, tmp_path):
    for file in LAYOUTS[request.param]:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(OWNER)
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = . src\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_own.py").write_text(OWN_TESTS)
    (tmp_path / "tests" / "test_gateway.py").write_text(WITH_FIXTURE)
    (tmp_path / "history.jsonl").write_text(HISTORY)
    return tmp_path


@pytest.fixture
def python_path(project, installed):
    """The user's folders before what is installed, as PYTHONPATH=. puts them."""
    return ":".join(map(str, (project, project / "src", installed)))


def run_in(project, python_path, *arguments):
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=project,
        env=environment(KEY, {"PYTHONPATH": python_path}),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "file", ["tests/test_own.py", "tests/test_gateway.py", "tests"]
)
def test_its_tests_run(project, python_path, file):
    unneeded = ("-p", "no:cacheprovider", "-p", "no:schemathesis")

    ran = run_in(project, python_path, "pytest", "-q", *unneeded, file)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_our_commands_run_there(project, python_path):
    with running_mock(cwd=project, PYTHONPATH=python_path) as (_, url, _):
        only = ("--profile", "quick", "--clause", "debit.shape")
        verified = run_in(project, python_path, "billing_verify", url, *only)
    audited = run_in(project, python_path, "billing_audit", "history.jsonl")

    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert audited.returncode == 0, audited.stdout + audited.stderr


def test_an_install_brings_no_other_names(installed):
    names = {
        path.name
        for path in installed.iterdir()
        if path.is_dir() and path.suffix != ".dist-info" and path.name != "bin"
    }

    assert names == {
        "billing_audit",
        "billing_contract",
        "billing_mock",
        "billing_verify",
    }
