"""The rules of ARCHITECTURE.md: who may import whom, how large a file may be, how a module opens."""

from __future__ import annotations

import ast
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parent.parent
PACKAGES = (
    "billing_audit",
    "billing_contract",
    "contract_tests/billing_verify",
    "mock_server/billing_mock",
)
OURS = {"billing_audit", "billing_contract", "billing_mock", "billing_verify", "tests"}
SOURCES = sorted(path for each in PACKAGES for path in ROOT.glob(f"{each}/**/*.py"))
CONTRACT_TESTS = sorted(ROOT.glob("contract_tests/test_*.py"))
EXAMPLES = sorted(
    path
    for path in ROOT.glob("examples/**/*.py")
    if not {"tests", "audit_on_spark"} & {*path.relative_to(ROOT).parts}
)
TESTS = sorted([*ROOT.glob("tests/**/*.py"), *ROOT.glob("examples/*/tests/*.py")])
# What contract tests are written in: no room of a run, of results or of reports.
WORDS_OF_TESTS = {
    "account", "amounts", "checks", "client", "clauses", "errors", "needs", "observations",
}  # fmt: skip


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def relative(path):
    return path.relative_to(ROOT).as_posix()


def test_rooms_import_only_rooms_below_them():
    """import-linter holds the contracts of pyproject.toml, type-only imports included."""
    command = [sys.executable, "-c", "import importlinter.cli as c; c.lint_imports_command()"]  # fmt: skip
    linted = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert linted.returncode == 0, linted.stdout
    assert ", 0 broken." in linted.stdout


@pytest.mark.parametrize("path", CONTRACT_TESTS, ids=relative)
def test_a_contract_test_is_written_in_the_words_of_tests(path):
    ours = [each for each in imported(path) if each.partition(".")[0] in OURS]

    assert {each.partition(".")[0] for each in ours} <= {
        "billing_contract",
        "billing_verify",
    }
    rooms = {each.split(".")[1] for each in ours if each.startswith("billing_verify.")}
    assert rooms <= WORDS_OF_TESTS


@pytest.mark.parametrize("path", EXAMPLES, ids=relative)
def test_an_example_can_be_copied_without_the_rest(path):
    assert not {each.partition(".")[0] for each in imported(path)} & OURS


@pytest.mark.parametrize("path", [*EXAMPLES, *SOURCES], ids=relative)
def test_a_source_file_has_at_most_250_lines(path):
    assert len(path.read_text().splitlines()) <= 250


@pytest.mark.parametrize("path", [*TESTS, *CONTRACT_TESTS], ids=relative)
def test_a_test_file_has_at_most_300_lines(path):
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", [*SOURCES, *CONTRACT_TESTS], ids=relative)
def test_a_module_opens_with_what_it_is(path):
    assert ast.get_docstring(ast.parse(path.read_text()))
