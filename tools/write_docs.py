"""Writes the tables of clauses and open choices, which come from the contract, into the docs: `make docs`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from billing_contract import load_contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_contract import Contract

ROOT = Path(__file__).parent.parent


def clauses(contract: Contract) -> Iterator[str]:
    """Every clause: id, level, sentence, and where in the document it comes from."""
    yield "| clause | level | what holds | from the document's |"
    yield "|---|---|---|---|"
    for each in contract.clauses.values():
        level = f"{each.level}, provisional" if each.provisional else str(each.level)
        yield f"| `{each.id}` | {level} | {each.text} | {each.source} |"


def open_choices(contract: Contract) -> Iterator[str]:
    """Every open choice: its question, the mock's default and why, the other options."""
    yield "| choice | question | the mock's default, and why | other options |"
    yield "|---|---|---|---|"
    for each in contract.open_choices.values():
        told = {option.id: f"`{option.id}`: {option.text}" for option in each.options}
        default = told.pop(each.default)
        yield f"| `{each.id}` | {each.question} | {default} {each.why} | {'<br>'.join(told.values())} |"


TABLES: dict[str, Callable[[Contract], Iterator[str]]] = {
    "clauses": clauses,
    "open choices": open_choices,
}


def written(text: str, contract: Contract) -> str:
    """The text with every table between its marks made anew."""
    for name, table in TABLES.items():
        marks = re.compile(
            rf"(<!-- {name}: make docs -->\n).*?(<!-- end -->)", re.DOTALL
        )
        lines = "".join(f"{line}\n" for line in table(contract))
        text = marks.sub(lambda found, lines=lines: found[1] + lines + found[2], text)
    return text


if __name__ == "__main__":
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")):
        before = path.read_text(encoding="utf-8")
        after = written(before, load_contract())
        if after != before:
            path.write_text(after, encoding="utf-8")
