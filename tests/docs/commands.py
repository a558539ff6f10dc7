"""The commands that stand in the docs, as a reader would type them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*/*.md")]
)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Command(NamedTuple):
    """One command: the page (or several, after commas), the variables before it, its words, and its whole text."""

    page: str
    variables: dict[str, str]
    words: list[str]
    text: str


def blocks(path, language):
    """Return the code blocks of one language on a page."""
    found = _BLOCK.findall(path.read_text(encoding="utf-8"))
    return [code for each, code in found if each == language]


def commands(path):
    """Yield every command of the shell blocks of a page."""
    page = path.relative_to(ROOT).as_posix()
    for block in blocks(path, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            variables = {}
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                name, _, value = words.pop(0).partition("=")
                variables[name] = value
            if words:
                yield Command(page, variables, words, line)


def each_once(found):
    """Return one command for each different text, with all the pages that show it."""
    same = {}
    for command in found:
        same.setdefault(command.text, []).append(command)
    return [
        alike[0]._replace(page=", ".join(dict.fromkeys(each.page for each in alike)))
        for alike in same.values()
    ]


COMMANDS = each_once(command for path in PAGES for command in commands(path))
