"""Every recipe of docs/recipes.md is run, as a project of its own."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.docs.commands import ROOT, blocks
from tests.processes import environment

UNNEEDED = ("-p", "no:randomly", "-p", "no:schemathesis")
RECIPES = ROOT / "docs" / "recipes.md"
BLOCK = re.compile(r"```python\n# (?P<name>\w+\.py)[^\n]*\n(?P<code>.*?)```", re.DOTALL)


@pytest.fixture
def project(tmp_path):
    """Return a folder with a file for each recipe."""
    for name, code in BLOCK.findall(RECIPES.read_text(encoding="utf-8")):
        (tmp_path / name).write_text(code, encoding="utf-8")
    return tmp_path


def test_every_block_names_its_file():
    text = RECIPES.read_text(encoding="utf-8")

    assert len(BLOCK.findall(text)) == text.count("```python") == text.count("```") / 2


def test_every_recipe_passes(project):
    tests = {path.name for path in project.glob("test_*.py")}

    ended = python(project, "-m", "pytest", "-v", *UNNEEDED)

    passed = set(re.findall(r"^(test_\w+\.py)::\S+ PASSED", ended.stdout, re.MULTILINE))
    assert ended.returncode == 0, ended.stdout
    assert passed == tests


def test_the_snippet_of_the_readme_passes(project):
    [snippet] = blocks(ROOT / "README.md", "python")
    (project / "test_readme.py").write_text(snippet, encoding="utf-8")

    ended = python(project, "-m", "pytest", "test_readme.py", *UNNEEDED)

    assert "1 passed" in ended.stdout, ended.stdout


def test_the_recipe_without_pytest_runs(project):
    ended = python(project, "without_pytest.py")

    assert ended.stdout == "paid 8\n"


def python(folder, *arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        check=False,
        text=True,
        cwd=folder,
        env=environment(None, {"PYTHONWARNINGS": "ignore"}),
        timeout=300,
    )
