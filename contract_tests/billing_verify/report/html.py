"""The report as one HTML page, which loads nothing and can be read without its script.

Whatever comes from the target is shown as text: the template escapes every value, and the page's
Content-Security-Policy allows no script but its own.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from functools import cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from billing_contract import NotJsonError, load_contract, parse_json, render_json
from billing_contract.deviations import parse_deviation
from billing_verify.printable import make_visible

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEVIATES = "It leaves the contract where a gateway notices."
_HERE = Path(__file__).parent
_AREAS = {
    "auth": "Authentication",
    "check": "Check",
    "balance": "Balance",
    "debit": "Debit",
    "ref": "Idempotency",
    "race": "Concurrency",
    "input": "Input",
    "http": "HTTP",
    "schema": "Answers",
    "credit": "Credit",
    "plan": "Plans",
}
_BY_WEIGHT = ("broken", "error", "weak", "known", "in part", "not tested", "kept")
_WORDS = {"known": "known deviation"}
_LINE = 200  # characters of a body on one line
_MINUTE = 60
_LONG = 700  # characters; from here on a box scrolls and takes the focus for it


def render_html(report: dict[str, Any]) -> str:
    """Return the page of a report, as `build_report` makes it or as its JSON file holds it."""
    clauses = {clause["id"]: clause for clause in report["clauses"]}
    failures = _failures(report, clauses)
    return _template().render(
        report=report,
        clause_ids=set(clauses),
        verdict=report["verdict"].capitalize(),
        sentence=_sentence(report),
        started=datetime.fromisoformat(report["started"]),
        counts=_counts(report),
        areas=list(_areas(report, failures)),
        concerns=sorted(_concerns(report), key=_weight),
        ran=any(clause["tests"] for clause in report["clauses"]),
        choices=list(_choices(report)),
        failures=failures,
        failure_numbers=_failure_numbers(failures),
    )


@cache
def _template() -> Template:
    script = (_HERE / "report.js").read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "slug": _slug,
        "word": _word,
        "data_url": _data_url,
        "one_line": _one_line,
        "duration": _duration,
        "capitalized": _capitalized,
    }
    environment.globals |= {
        "LONG": _LONG,
        "VERDICTS": _BY_WEIGHT,
        "style": Markup((_HERE / "report.css").read_text(encoding="utf-8")),  # noqa: S704  our own file
        "script": Markup(script),  # noqa: S704  our own file
        "script_digest": b64encode(sha256(script.encode()).digest()).decode(),
    }
    return environment.get_template("report.html.jinja")


def _finalize(value: Any) -> Any:
    """Return a text with escapes for characters that a page does not show; the page's own markup as it is."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return make_visible(value)


def _slug(words: str) -> str:
    return words.replace(" ", "-")


def _word(verdict: str) -> str:
    return _WORDS.get(verdict, verdict)


def _data_url(svg: str) -> str:
    """Return a data: URL of a picture, so that its styles and ids stay apart from those of the page."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _sentence(report: dict[str, Any]) -> str:
    """Return the sentence of the verdict without the verdict itself, which stands above it."""
    sentence: str = report["sentence"]
    rest = sentence.removeprefix(f"{report['verdict'].capitalize()}: ")
    return _capitalized(rest)


def _capitalized(words: str) -> str:
    """Return a sentence with a capital first letter, and everything else as it is."""
    return words[:1].upper() + words[1:]


def _one_line(body: str) -> str:
    """Return a body on one line, shortened: the fields of an object, the long id of the user last."""
    try:
        fields = parse_json(body.encode(errors="replace"))
    except NotJsonError:
        fields = None
    if not isinstance(fields, dict):
        return body[:_LINE]
    names = sorted(fields, key=lambda name: name == "user_id")
    line = ", ".join(f"{name} {render_json(fields[name]).decode()}" for name in names)
    return line[:_LINE]


def _duration(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{seconds} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    return f"{minutes} min {rest} s"


def _weight(clause: dict[str, Any]) -> int:
    return _BY_WEIGHT.index(clause["verdict"])


def _counts(report: dict[str, Any]) -> dict[str, int]:
    verdicts = [clause["verdict"] for clause in report["clauses"]]
    return {
        verdict: verdicts.count(verdict)
        for verdict in _BY_WEIGHT
        if verdict in verdicts
    }


def _concerns(report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for clause in report["clauses"]:
        outdated = clause["verdict"] == "kept" and clause["known_deviation"]
        if outdated or clause["verdict"] not in {"kept", "in part", "not tested"}:
            yield clause


def _areas(
    report: dict[str, Any], failures: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    numbers = _failure_numbers(failures)
    for area, group in groupby(report["clauses"], key=_area):
        clauses = [
            {**clause, "failures": numbers.get(clause["id"], [])} for clause in group
        ]
        yield {
            "id": area,
            "title": _AREAS.get(area, area),
            "clauses": clauses,
            "kept": sum(clause["verdict"] == "kept" for clause in clauses),
            "worst": min(clauses, key=_weight)["verdict"],
        }


def _area(clause: dict[str, Any]) -> str:
    area: str = clause["id"].partition(".")[0]
    return area


def _failures(
    report: dict[str, Any], clauses: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the failures, those of the worst verdicts first, each with its clauses and its number."""
    contract = load_contract().clauses
    failures = []
    for failure in report["failures"]:
        broken = [
            clauses.get(name)
            or {
                "id": name,
                "level": contract[name].level.value if name in contract else "",
                "text": contract[name].text if name in contract else "",
                "verdict": "broken",
            }
            for name in failure["clauses"]
        ]
        failures.append({**failure, "broken": broken})
    failures.sort(key=lambda failure: min(map(_weight, failure["broken"])))
    return [{**failure, "number": number} for number, failure in enumerate(failures, 1)]


def _failure_numbers(failures: list[dict[str, Any]]) -> dict[str, list[int]]:
    """Return the numbers of the failures of each clause."""
    numbers: dict[str, list[int]] = {}
    for failure in failures:
        for name in failure["clauses"]:
            numbers.setdefault(name, []).append(failure["number"])
    return numbers


def _choices(report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every open choice of the contract, then those that only the report has, then the deviations."""
    known = load_contract().open_choices
    observed, otherwise = report["observed"], report["observed_otherwise"]
    for name in dict.fromkeys([*known, *observed, *otherwise]):
        choice, taken = known.get(name), observed.get(name)
        texts = {option.id: option.text for option in choice.options} if choice else {}
        yield {
            "id": name,
            "question": choice.question if choice else "",
            "option": taken,
            "text": texts.get(taken, "") if taken else "",
            "other": otherwise.get(name),
        }
    for text in report["observed_deviations"]:
        deviation, _ = parse_deviation(text)
        seen = {"id": deviation.id, "question": _DEVIATES, "option": text}
        yield {**seen, "text": deviation.text, "other": None}
