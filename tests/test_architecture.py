"""The import rules of ARCHITECTURE.md, and the ceilings of file sizes, held against the code."""

from __future__ import annotations

import ast
import pathlib

import pytest

ROOT = pathlib.Path(__file__).parent.parent
SOURCES = sorted(
    path
    for package in ("billing_contract", "billing_mock", "contract_tests")
    for path in ROOT.glob(f"{package}/**/*.py")
)
EXAMPLES = sorted(
    path
    for path in ROOT.glob("examples/**/*.py")
    if "tests" not in path.relative_to(ROOT).parts
)
TESTS = sorted([*ROOT.glob("tests/**/*.py"), *ROOT.glob("examples/*/tests/*.py")])
MAY_NOT_IMPORT = {
    "billing_contract": {
        "flask",
        "werkzeug",
        "pytest",
        "billing_mock",
        "contract_tests",
    },
    "billing_mock": {
        "contract_tests",
        "pytest",
        "schemathesis",
        "hypothesis",
        "requests",
    },
    "contract_tests": {"billing_mock", "flask", "werkzeug", "granian"},
}
EXEMPT = {"mock_server/pytest_plugin.py": {"pytest"}}
PURE = {
    "mock_server/ledger.py": {
        "collections",
        "dataclasses",
        "decimal",
        "threading",
        "typing",
        "__future__",
        "billing_mock",
    },
    "contract_tests/harness/model.py": {
        "dataclasses",
        "decimal",
        "typing",
        "__future__",
    },
}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def relative(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_package_imports_only_what_it_may(path):
    package = relative(path).partition("/")[0]
    forbidden = MAY_NOT_IMPORT[package] - EXEMPT.get(relative(path), set())

    assert not set(imports(path)) & forbidden


@pytest.mark.parametrize("path", EXAMPLES, ids=relative)
def test_an_example_can_be_copied_without_the_rest(path):
    assert not set(imports(path)) & {*MAY_NOT_IMPORT, "tests"}


@pytest.mark.parametrize("name", PURE)
def test_the_pure_modules_do_no_io_and_read_no_clock(name):
    assert set(imports(ROOT / name)) <= PURE[name]


@pytest.mark.parametrize(
    "path",
    [*EXAMPLES, *(path for path in SOURCES if not path.name.startswith("test_"))],
    ids=relative,
)
def test_a_source_file_has_at_most_250_lines(path):
    assert len(path.read_text().splitlines()) <= 250


@pytest.mark.parametrize(
    "path", [*TESTS, *ROOT.glob("contract_tests/test_*.py")], ids=relative
)
def test_a_test_file_has_at_most_300_lines(path):
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path.name != "__init__.py"], ids=relative
)
def test_a_module_opens_with_what_it_is(path):
    assert ast.get_docstring(ast.parse(path.read_text()))
