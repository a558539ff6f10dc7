"""The lines that repeat the causes of a report, as a shell takes them."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from billing_verify.printable import make_visible
from billing_verify.report.brief import WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

INDENT = "   "
_LONGEST = 3  # lines
_GOES_ON = " \\"
_OWN = ("--clause", "--provisional")


def command_lines(commands: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """Return lines that stand before all commands, and the lines of each command.

    A command of many options is not written out for each cause: what they share becomes a function of
    the shell, *again*, which is defined once. Where they are short, nothing stands before.
    """
    plain = [_in_lines(shlex.split(command)) for command in commands]
    if len(commands) == 1 or max(map(len, plain), default=0) <= _LONGEST:
        return [], plain
    shared, _ = _divided(shlex.split(commands[0]))
    definition = _in_lines(shared, "again() { ", ' "$@"; }')
    before = ["To repeat one cause alone, define this once:", *definition, ""]
    return before, [
        [f"{INDENT}{shlex.join(['again', *_divided(shlex.split(command))[1]])}"]
        for command in commands
    ]


def _divided(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words that all commands of a run share, and those of this one."""
    shared: list[str] = []
    own: list[str] = []
    rest = iter(words)
    for word in rest:
        if word not in _OWN:
            shared.append(word)
        else:
            own += [word, next(rest)] if word == "--clause" else [word]
    return shared, own


def _in_lines(words: Sequence[str], before: str = "", after: str = "") -> list[str]:
    """Return words in lines that a shell reads as one, an option and its value on the same line."""
    parts: list[str] = []
    for word in map(shlex.quote, words):
        if parts and parts[-1].startswith("--") and not word.startswith("--"):
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    parts[0] = before + parts[0]
    parts[-1] += after
    lines = [INDENT + parts[0]]
    for part in parts[1:]:
        if len(lines[-1]) + len(part) < WIDTH - len(_GOES_ON):
            lines[-1] += f" {part}"
        else:
            lines[-1] += _GOES_ON
            lines.append(f"{INDENT}  {part}")
    return [make_visible(line) for line in lines]
