"""Docstrings of public code begin with an imperative verb and name every error that is raised.

The mood is checked by ruff, twice: over the sources without their `@property` lines, since ruff
leaves properties alone, and over a copy in which each first word is turned into the third person.
What ruff accepts in that copy, such as "Whethers", is no verb that it knows.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = (
    "billing_audit",
    "billing_contract",
    "contract_tests/billing_verify",
    "examples/gateway",
    "mock_server/billing_mock",
    "tools",
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
VERBS_UNKNOWN_TO_RUFF = re.compile(
    "Answer|Ask|Begin|Carry|Charge|Debit|Do|Draw|Forget|Go|Leave|Let|Lower|Receive|Refuse|Reserve"
    "|Restore|Say|Sort|Undo"
)


def relative(path):
    return path.relative_to(ROOT).as_posix()


FILES = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*.py")
    if "tests" not in path.relative_to(ROOT).parts
)


def public_functions(tree):
    """Yield each public function, method and property with a docstring, and the docstrings around it."""

    def walk(node, around):
        for child in node.body:
            if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
                yield from walk(child, f"{around}\n{ast.get_docstring(child) or ''}")
            elif isinstance(child, FUNCTIONS) and ast.get_docstring(child):
                if not child.name.startswith("_"):
                    yield child, around
            elif isinstance(child, ast.If | ast.Try):
                yield from walk(child, around)

    yield from walk(tree, "")


def is_command(function):
    """Return whether click shows the docstring to the user as the help of a command."""
    return any(
        re.search(r"\.(command|group)\b", ast.unparse(each))
        for each in function.decorator_list
    )


def raised(function):
    """Return the names of the exceptions that the function's own body raises by `raise Name`."""

    def walk(node):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Raise) and child.exc is not None:
                call = child.exc
                name = call.func if isinstance(call, ast.Call) else call
                text = ast.unparse(name).rpartition(".")[2]
                if text[:1].isupper():
                    yield text
            if not isinstance(child, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
                yield from walk(child)

    return set(walk(function)) - {"NotImplementedError"}


def unnamed_errors(file):
    for function, around in public_functions(ast.parse(file.read_text())):
        if is_command(function):
            continue
        documented = f"{ast.get_docstring(function)}\n{around}"
        for name in sorted(raised(function)):
            if not re.search(rf"\b{name}\b", documented):
                yield f"line {function.lineno}, {function.name}: {name}"


def first_words(file, lines):
    """Yield the public functions with the place of the docstring's first word: line, start, end."""
    for function, _ in public_functions(ast.parse(file.read_text())):
        docstring = function.body[0]
        at = docstring.lineno - 1
        word = re.compile(r"\s*r?\"\"\"(\w+)").match(lines[at])
        yield function, at, *(word.span(1) if word else (0, 0))


def third_person(word):
    if re.search(r"([sxz]|ch|sh)$", word):
        return f"{word}es"
    return f"{word[:-1]}ies" if re.search(r"[^aeiou]y$", word) else f"{word}s"


def not_imperative(files, folder, *, inflect):
    """Return where ruff finds a docstring that is not imperative: file and line, from 1."""
    for file in files:
        lines = file.read_text().splitlines()
        for _, at, start, end in first_words(file, lines):
            if inflect and start < end:
                word = third_person(lines[at][start:end])
                lines[at] = lines[at][:start] + word + lines[at][end:]
        copy = folder / file.relative_to(file.anchor)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = "\n".join(
            "" if re.fullmatch(r"\s*@(cached_)?property", line) else line
            for line in lines
        )
        copy.write_text(f"{text}\n")
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"),
            *("--select", "D401", "--output-format", "json", "--exit-zero", folder),
        ],
        capture_output=True,
        check=True,
        text=True,
    )
    return {
        (
            Path("/", Path(each["filename"]).relative_to(folder)),
            each["location"]["row"],
        )
        for each in json.loads(ran.stdout)
    }


@pytest.fixture(scope="module")
def weak_openings(tmp_path_factory):
    """The docstrings that begin otherwise, by file."""
    return find_weak_openings(FILES, tmp_path_factory.mktemp("docstrings").resolve())


def find_weak_openings(files, folder):
    found = {}
    wrong = not_imperative(files, folder / "as_is", inflect=False)
    verbs = not_imperative(files, folder / "inflected", inflect=True)
    for file in files:
        lines = file.read_text().splitlines()
        for function, at, start, end in first_words(file, lines):
            place, word = (file, at + 1), lines[at][start:end]
            is_verb = place in verbs or VERBS_UNKNOWN_TO_RUFF.fullmatch(word)
            if place in wrong or not is_verb:
                opening = f"line {place[1]}, {function.name}: {lines[at].strip()}"
                found.setdefault(file, []).append(opening)
    return found


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_a_docstring_names_the_errors_that_are_raised(file):
    assert list(unnamed_errors(file)) == []


@pytest.mark.parametrize("file", FILES, ids=relative)
def test_a_docstring_begins_with_an_imperative_verb(weak_openings, file):
    assert weak_openings.get(file, []) == []


PLANTED = '''
class Account:
    """An account. Raises ValueError for a balance below 0."""

    @property
    def balance(self):
        """What the user holds."""

    @property
    def plan(self):
        """Return the plan."""

    def debit(self, units):
        """Lower the balance."""
        if units < 0:
            raise ValueError(units)
        raise RefusedError(units)

    def refs(self):
        """Returns the refs."""

        def look():
            raise KeyError

        raise NotImplementedError
'''


def test_planted_docstrings_are_found(tmp_path):
    file = tmp_path / "planted.py"
    file.write_text(PLANTED)

    found = find_weak_openings([file], tmp_path / "copies")

    assert found == {
        file: [
            'line 7, balance: """What the user holds."""',
            'line 20, refs: """Returns the refs."""',
        ]
    }
    assert list(unnamed_errors(file)) == ["line 13, debit: RefusedError"]
