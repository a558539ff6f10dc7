"""The gateway in TypeScript: its README's commands and program run, and its text names what there is.

It needs Node, so `make test` leaves it alone and `make clients` runs it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from billing_mock import BillingMock
from billing_mock.findings import RULES

ROOT = Path(__file__).parent.parent.parent
GATEWAY = Path("examples/gateway_node")
CONTROL = Path("mock_server/billing_mock/control.yaml")
README = (ROOT / GATEWAY / "README.md").read_text(encoding="utf-8")
[COMMANDS] = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
[PROGRAM] = re.findall(r"```ts\n(.*?)```", README, re.DOTALL)


def run(command, folder, **variables):
    own = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-e", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": own, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def compile_program(program, folder):
    (folder / "program.ts").write_text(program, encoding="utf-8")
    return run("npx tsc", folder)


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """Return a copy of the parts of the repository that the README's commands need."""
    copy = tmp_path_factory.mktemp("repository")
    shutil.copytree(
        ROOT / GATEWAY,
        copy / GATEWAY,
        ignore=shutil.ignore_patterns("node_modules", "build"),
    )
    (copy / CONTROL).parent.mkdir(parents=True)
    shutil.copy(ROOT / CONTROL, copy / CONTROL)
    return copy


@pytest.fixture(scope="module")
def tested(copied):
    """Return how the README's commands ended in the copy."""
    return run(COMMANDS, copied)


@pytest.fixture
def folder(copied, tested):
    """Return the gateway's folder in the copy, installed and compiled."""
    assert tested.returncode == 0, tested.stdout + tested.stderr
    return copied / GATEWAY


def test_its_commands_install_compile_and_test_it(tested):
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert int(re.search(r"\bpass (\d+)", tested.stdout)[1]) > 0


def test_its_program_charges_once(folder):
    compiled = compile_program(PROGRAM, folder)
    assert compiled.returncode == 0, compiled.stdout

    with BillingMock() as mock:
        ended = run(
            "node build/program.js",
            folder,
            BILLING_SERVICE_URL=mock.url,
            BILLING_SERVICE_TOKEN=mock.key,
        )

        assert (ended.stdout, ended.stderr) == ("the answer\n", "")
        [debit] = mock.debits
        assert debit.units == Decimal("2.0")
        mock.assert_no_findings()


def test_a_binary_number_does_not_compile_as_units(folder):
    compiled = compile_program(PROGRAM.replace('decimal("2.0")', "2.0"), folder)

    assert compiled.returncode != 0
    assert "Type 'number' is not assignable to type 'Big'" in compiled.stdout


def test_the_errors_that_its_readme_names_are_there():
    index = (ROOT / GATEWAY / "billing" / "index.ts").read_text(encoding="utf-8")

    assert set(re.findall(r"`(\w+Error)`", README)) == set(
        re.findall(r"\b(\w+Error)\b", index)
    )


def test_the_findings_that_its_readme_names_are_rules():
    named = set(re.findall(r"finding `([\w-]+)`", README))

    assert named
    assert named <= {rule.name for rule in RULES}


def test_its_packages_are_pinned_and_those_it_shares_are_the_clients():
    ours, theirs = (
        json.loads((ROOT / folder / "package.json").read_text(encoding="utf-8"))
        for folder in (GATEWAY, "clients")
    )
    versions = {**ours["dependencies"], **ours["devDependencies"]}
    clients = {**theirs["dependencies"], **theirs["devDependencies"]}

    assert all(re.fullmatch(r"\d+\.\d+\.\d+", each) for each in versions.values())
    assert clients.items() <= versions.items()


def test_its_lock_file_names_no_registry():
    lock = (ROOT / GATEWAY / "package-lock.json").read_text(encoding="utf-8")

    assert '"resolved"' not in lock
