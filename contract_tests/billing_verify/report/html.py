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

from billing_contract import load_contract
from billing_contract.deviations import parse_deviation
from billing_verify.printable import make_visible
from billing_verify.report.page_words import FILTERS, capitalized

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
        causes=list(_causes(report, clauses, failures)),
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
    environment.filters |= FILTERS
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


def _sentence(report: dict[str, Any]) -> str:
    """Return the sentence of the verdict without the verdict itself, which stands above it."""
    sentence: str = report["sentence"]
    rest = sentence.removeprefix(f"{report['verdict'].capitalize()}: ")
    return capitalized(rest)


def _weight(clause: dict[str, Any]) -> int:
    return _BY_WEIGHT.index(clause["verdict"])


def _counts(report: dict[str, Any]) -> dict[str, int]:
    verdicts = [clause["verdict"] for clause in report["clauses"]]
    return {
        verdict: verdicts.count(verdict)
        for verdict in _BY_WEIGHT
        if verdict in verdicts
    }


def _causes(
    report: dict[str, Any],
    clauses: dict[str, dict[str, Any]],
    failures: list[dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    """Yield each cause with its clauses, the failure that decides, and the numbers of all of its failures."""
    by_position = {failure["position"]: failure for failure in failures}
    for cause in report["causes"]:
        own = [by_position[position] for position in cause["failures"]]
        yield {
            **cause,
            "clauses": [clauses[name] for name in cause["clauses"]],
            "decides": own[0] if own else None,
            "numbers": sorted(failure["number"] for failure in own),
        }


def _concerns(report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the clauses beside those of the causes that one has to look at."""
    told = {name for cause in report["causes"] for name in cause["clauses"]}
    for clause in report["clauses"]:
        if clause["id"] in told:
            continue
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
    for position, failure in enumerate(report["failures"]):
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
        failures.append({**failure, "broken": broken, "position": position})
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
