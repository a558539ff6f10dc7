"""The end of a run as Markdown, for the summary of a job in CI."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from billing_verify.printable import make_visible
from billing_verify.report.brief import exchange_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNS = {"conforms": "✅", "does not conform": "❌", "not fully tested": "⚠️"}
_WIDTH = 160


def render_markdown(report: dict[str, Any]) -> str:
    """Return the verdict, each cause with the exchanges that decide it, and what was not tested."""
    parts = [*_head(report), *_causes(report), *_untested(report), *_foot(report)]
    return "\n".join(parts) + "\n"


def _head(report: dict[str, Any]) -> Iterator[str]:
    verdict = report["verdict"]
    yield f"## {_SIGNS.get(verdict, '❓')} Billing contract: {verdict}"
    yield ""
    yield _plain(report["sentence"])
    yield ""


def _causes(report: dict[str, Any]) -> Iterator[str]:
    clauses = {each["id"]: each for each in report["clauses"]}
    for number, cause in enumerate(report["causes"], 1):
        head, *others = cause["clauses"]
        yield f"### {number}. {cause['verdict']}: {_code(head)}"
        yield ""
        yield clauses[head]["text"]
        if others:
            yield f"Also {', '.join(map(_code, others))}."
        announced = clauses[head]["known_deviation"]
        if announced:
            yield f"Known deviation: {_plain(announced)}"
        yield ""
        yield from _evidence(cause, report)
        yield f"Usual cause: {_plain(cause['hint'])}"
        yield ""
        yield from _block([cause["repeat"]], "sh")


def _evidence(cause: dict[str, Any], report: dict[str, Any]) -> Iterator[str]:
    if cause["failures"]:
        failure = report["failures"][cause["failures"][0]]
        base = report["target"]["url"] or ""
        lines = [exchange_line(each, base, _WIDTH) for each in failure["deciding"]]
        yield from _block([*lines, *failure["message"].splitlines()])


def _untested(report: dict[str, Any]) -> Iterator[str]:
    if report["untested"]:
        yield "### Not tested, although asked for"
        yield ""
        for entry in report["untested"]:
            tests = "1 test" if entry["tests"] == 1 else f"{entry['tests']} tests"
            names = ", ".join(map(_code, entry["clauses"]))
            yield f"- {tests} of {names}: {_plain(entry['reason'])}"
        yield ""


def _foot(report: dict[str, Any]) -> Iterator[str]:
    yield _plain(
        f"{report['requests']} requests in {report['seconds']} s, {report['spent']} units spent of named accounts; "
        f"profile {report['profile']}, seed {report['seed']}, contract {report['contract']['version']}."
    )


def _block(lines: list[str], language: str = "text") -> Iterator[str]:
    text = "\n".join(map(make_visible, lines))
    longest = max((len(ticks) for ticks in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}{language}\n{text}\n{fence}"
    yield ""


def _code(name: str) -> str:
    return f"`{name}`"


def _plain(text: str) -> str:
    """Return a text on one line in which nothing acts as Markdown or HTML."""
    line = make_visible(" ".join(text.split()))
    return re.sub(r"([\\`*_\[\]<>|#&])", r"\\\1", line)
