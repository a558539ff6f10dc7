"""Write the tables that come from the contract and from the report's schema into the docs: `make docs`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from billing_contract import load_contract
from billing_contract.deviations import DEVIATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
REPORT = ROOT / "contract_tests" / "billing_verify" / "report" / "report.schema.json"


def clauses() -> Iterator[str]:
    """Yield the lines of the table of clauses: id, level, text, the usual cause of a broken one, and section of the document."""
    yield "| clause | level | what holds | usual cause where it is broken | from the document's |"
    yield "|---|---|---|---|---|"
    for each in load_contract().clauses.values():
        level = f"{each.level}, provisional" if each.provisional else str(each.level)
        yield f"| `{each.id}` | {level} | {each.text} | {each.hint} | {each.source} |"


def open_choices() -> Iterator[str]:
    """Yield the lines of the table of open choices: question, the mock's default and why, the other options."""
    yield "| choice | question | the mock's default, and why | other options |"
    yield "|---|---|---|---|"
    for each in load_contract().open_choices.values():
        texts = {option.id: f"`{option.id}`: {option.text}" for option in each.options}
        default = texts.pop(each.default)
        yield f"| `{each.id}` | {each.question} | {default} {each.why} | {'<br>'.join(texts.values())} |"


def open_choices_in_short() -> Iterator[str]:
    """Yield the lines of the list of open choices: the question, and the options, the mock's default first."""
    for each in load_contract().open_choices.values():
        others = [f"`{name}`" for name in each.option_ids if name != each.default]
        options = ", ".join([f"**`{each.default}`**", *others])
        yield f"- `{each.id}`: {each.question} {options}"


def deviations() -> Iterator[str]:
    """Yield the lines of the table of deviations: how each is written, and what a service with it does."""
    yield "| deviation | what a service with it does |"
    yield "|---|---|"
    for each in DEVIATIONS.values():
        yield f"| `{each.form}` | {each.text} |"


def report_fields() -> Iterator[str]:
    """Yield the lines of the table of the JSON report's fields, in the order of its schema."""
    schema = json.loads(REPORT.read_text(encoding="utf-8"))
    yield "| field | type | what it is |"
    yield "|---|---|---|"
    yield from _fields(schema, "", schema["$defs"])


def _fields(schema: dict[str, Any], place: str, parts: dict[str, Any]) -> Iterator[str]:
    for name, given in schema.get("properties", {}).items():
        field = _resolved(given, parts)
        items = _resolved(field.get("items", {}), parts)
        description = given.get("description", field.get("description", ""))
        yield f"| `{place}{name}` | {_type(field)} | {description} |"
        yield from _fields(field, f"{place}{name}.", parts)
        yield from _fields(items, f"{place}{name}[].", parts)


def _resolved(schema: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    reference: str = schema.get("$ref", "")
    return parts[reference.rpartition("/")[2]] if reference else schema


def _type(field: dict[str, Any]) -> str:
    if "const" in field:
        return f"always {json.dumps(field['const'])}"
    if "enum" in field:
        return ", ".join(json.dumps(each) for each in field["enum"])
    types = field.get("type", "any")
    return types if isinstance(types, str) else " or ".join(types)


TABLES: dict[str, Callable[[], Iterator[str]]] = {
    "clauses": clauses,
    "open choices": open_choices,
    "open choices in short": open_choices_in_short,
    "deviations": deviations,
    "report": report_fields,
}


def update_tables(text: str) -> str:
    """Return the text of a page with every table between its marks written anew."""
    for name, table in TABLES.items():
        start, end = f"<!-- {name}: make docs -->\n", "<!-- end -->"
        lines = "".join(f"{line}\n" for line in table())
        before, mark, rest = text.partition(start)
        if mark:
            text = before + mark + lines + end + rest.partition(end)[2]
    return text


if __name__ == "__main__":
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")):
        before = path.read_text(encoding="utf-8")
        after = update_tables(before)
        if after != before:
            path.write_text(after, encoding="utf-8")
