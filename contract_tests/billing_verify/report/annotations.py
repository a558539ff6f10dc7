"""The causes of a run as annotations of GitHub Actions: lines that its runner takes out of what a step prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_verify.printable import make_visible

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEVELS = {"broken": "error", "weak": "warning", "known": "notice"}


def annotation_lines(report: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each cause, or one for a run that could not judge or did not test everything."""
    clauses = {each["id"]: each for each in report["clauses"]}
    for cause in report["causes"]:
        head, *others = cause["clauses"]
        title = f"{cause['verdict']}: {', '.join([head, *others])}"
        text = (
            f"{clauses[head]['text']}\nUsual cause: {cause['hint']}\n{cause['repeat']}"
        )
        yield _line(_LEVELS[cause["verdict"]], title, text)
    if report["verdict"] == "could not judge":
        yield _line("error", "could not judge", report["sentence"])
    elif report["verdict"] == "not fully tested":
        yield _line("warning", "not fully tested", report["sentence"])


def _line(level: str, title: str, text: str) -> str:
    shown = "\n".join(map(make_visible, text.splitlines()))
    name = _escaped(make_visible(title)).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} title=billing contract {name}::{_escaped(shown)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
