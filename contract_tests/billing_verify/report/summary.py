"""The end of a run for a person at a terminal: what is broken, each cause with the exchange that decides it.

At most LINES lines of WIDTH columns, whatever the service did; the page and --verbose tell the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http.client import INTERNAL_SERVER_ERROR
from typing import TYPE_CHECKING, Any

from billing_verify.printable import make_visible
from billing_verify.report.brief import WIDTH, exchange_line, in_columns, shortened
from billing_verify.report.commands import INDENT, command_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LINES = 50
_SHOWN_REASONS = 3
_ALL_REASONS = 10
_SHOWN_NOTES = 3
_SHOWN_EVIDENCE = 2
_SHOWN_CLAUSES = 4
_PREMISES = ("an answer of ", "the answer ")
_MARKUP: dict[str, dict[str, bool]] = {
    "broken": {"red": True, "bold": True},
    "weak": {"yellow": True},
    "known": {"yellow": True},
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line to print. `markup` are the arguments of pytest's terminal writer."""

    text: str
    markup: dict[str, bool] = field(default_factory=dict)


def summarize(report: dict[str, Any], written: Sequence[str] = ()) -> list[Line]:
    """Return the lines: the causes, what was not tested, the files that were written, and the verdict last."""
    end = [*_facts(report, written), *_verdict(report)]
    if not report["causes"]:
        return end
    return [*_causes(report, LINES - len(end) - 1), Line(""), *end]


def _causes(report: dict[str, Any], room: int) -> list[Line]:
    """Return the causes in so many lines: where that is too little, the last ones in fewer lines than the first."""
    causes = report["causes"]
    before, commands = command_lines([cause["repeat"] for cause in causes])
    room -= len(before)
    forms = [
        _forms({**cause, "number": number, "command": command}, report)
        for number, (cause, command) in enumerate(zip(causes, commands, strict=True), 1)
    ]
    if len(forms) > room:
        more = f"and {len(forms) - room + 1} more causes; --html FILE shows them"
        return [*(form[0][0] for form in forms[: room - 1]), Line(more)]
    forms[0][-1] = forms[0][-2]  # no empty line before the first
    sizes = [0] * len(forms)
    left = room - len(forms)
    for size in range(1, len(forms[0])):
        for number, form in enumerate(forms):
            more_lines = len(form[size]) - len(form[size - 1])
            if sizes[number] == size - 1 and more_lines <= left:
                sizes[number] = size
                left -= more_lines
    told = [
        line for form, size in zip(forms, sizes, strict=True) for line in form[size]
    ]
    return [*map(Line, before), *told]


def _forms(cause: dict[str, Any], report: dict[str, Any]) -> list[list[Line]]:
    """Return a cause in a line, in a few lines, at length, and at length with an empty line before it."""
    head, *others = cause["clauses"]
    clause = next(each for each in report["clauses"] if each["id"] == head)
    markup = _MARKUP[cause["verdict"]]
    name = f"{cause['number']}. {cause['verdict'].upper()} {head}"
    title = f"{name}: {clause['text']}"
    names = f"{name}, {', '.join(others)}" if others else title
    also = f"Also {', '.join(others)} ({_tests(cause['tests'])})." if others else ""
    evidence = _evidence(cause, report)
    announced = clause["known_deviation"]
    rest = [
        *_indented(f"known deviation: {announced}" if announced else ""),
        *_indented(f"Usual cause: {cause['hint']}"),
        *map(Line, cause["command"]),
    ]
    in_line = [Line(shortened(names, WIDTH), markup)]
    title_lines = in_columns(title, WIDTH, subsequent_indent=INDENT)
    at_length = [
        *(Line(line, markup) for line in title_lines),
        *_indented(also),
        *evidence,
        *rest,
    ]
    in_few = [*in_line, *evidence[:_SHOWN_EVIDENCE], *rest]
    return [in_line, in_few, at_length, [Line(""), *at_length]]


def _evidence(cause: dict[str, Any], report: dict[str, Any]) -> list[Line]:
    """Return the exchanges that decide, and what was expected where they do not show it."""
    if not cause["failures"]:
        return []
    failure = report["failures"][cause["failures"][0]]
    room = WIDTH - len(INDENT)
    deciding, base = failure["deciding"], report["target"]["url"]
    by_status = [_decides_by_status(each, failure) for each in deciding]
    texts = [
        exchange_line(each, base, room, failure["expected"] if by_itself else "")
        for each, by_itself in zip(deciding, by_status, strict=True)
    ]
    first, *more = failure["message"].splitlines() or [""]
    words = [failure["at_once"]] if failure["at_once"] else []
    if not failure["expected"]:
        words += [first] * (not any(map(_is_crash, deciding)))
    elif not any(by_status) and not (
        failure["at_once"] and failure["actual"].startswith("[")
    ):
        words.append(
            f"{failure['expected']} was expected, and {failure['actual']} came"
        )
    texts += ["; ".join(words)] if words else []
    lines = [Line(INDENT + shortened(text, room)) for text in texts]
    return [*lines, *_indented(" ".join(more))]


def _is_crash(exchange: dict[str, Any]) -> bool:
    answer = exchange["answer"]
    return answer is not None and answer["status"] >= INTERNAL_SERVER_ERROR


def _decides_by_status(exchange: dict[str, Any], failure: dict[str, Any]) -> bool:
    answer = exchange["answer"]
    return (
        answer is not None
        and str(answer["status"]) == failure["actual"]
        and exchange == failure["deciding"][-1]
    )


def _facts(report: dict[str, Any], written: Sequence[str]) -> Iterator[Line]:
    yield from _untested(report["untested"], any_broken=bool(report["causes"]))
    if not report["causes"]:
        yield from _in_part(report["clauses"])
        for note in report["notes"][:_SHOWN_NOTES]:
            yield from _wrapped(note)
    verdicts = [clause["verdict"] for clause in report["clauses"]]
    counts = ", ".join(
        f"{verdicts.count(verdict)} {verdict}" for verdict in dict.fromkeys(verdicts)
    )
    yield from _wrapped(
        f"Clauses: {counts}. {report['requests']} requests in {report['seconds']} s, {report['spent']} units spent of named accounts."
    )
    if report["failures"]:
        scripts = any(failure["script"] for failure in report["failures"])
        more = ", and scripts that repeat races" * scripts
        yield Line(f"All exchanges{more}: --html FILE. In words: --verbose.")
    if written:
        yield from map(Line, map(make_visible, written))


def _untested(
    untested: Sequence[dict[str, Any]], *, any_broken: bool
) -> Iterator[Line]:
    """Yield why tests that were asked for did not run; where something is broken, in few lines."""
    behind = [entry for entry in untested if any_broken and _hangs(entry["reason"])]
    others = [entry for entry in untested if entry not in behind]
    shown = _SHOWN_REASONS if any_broken else _ALL_REASONS
    for entry in others[:shown]:
        reason = " ".join(entry["reason"].split())
        text = f"Not tested: {_tests(entry['tests'])} of {_names(entry['clauses'])}: {reason}"
        first, *rest = in_columns(text, WIDTH - len(INDENT))
        yield Line(first)
        if any_broken and rest:
            rest = [shortened(" ".join(rest), WIDTH - len(INDENT))]
        yield from (Line(INDENT + line) for line in rest)
    more = others[shown:]
    if more:
        yield Line(f"Not tested for {len(more)} more reasons; --verbose tells them.")
    if behind:
        tests = sum(entry["tests"] for entry in behind)
        names = dict.fromkeys(name for entry in behind for name in entry["clauses"])
        yield from _wrapped(
            f"Not tested to the end, as something else broke first: {_tests(tests)} of {_names(list(names))}."
        )


def _in_part(clauses: Sequence[dict[str, Any]]) -> Iterable[Line]:
    """Return how many tests of each clause ran, where not all of them did."""
    extents = [
        f"{clause['id']} {clause['tests_run']} of {clause['tests']} tests"
        for clause in clauses
        if clause["verdict"] == "in part"
    ]
    return _wrapped(f"In part: {', '.join(extents)}.") if extents else ()


def _hangs(reason: str) -> bool:
    """Return whether a test ended at a step before its own claim, since something else is broken."""
    return " broke before: " in reason or reason.startswith(_PREMISES)


def _verdict(report: dict[str, Any]) -> Iterator[Line]:
    conforms = report["verdict"] == "conforms"
    for line in in_columns(report["sentence"], WIDTH):
        yield Line(line, {"bold": True, "green": conforms, "red": not conforms})


def _tests(number: int) -> str:
    return "1 test" if number == 1 else f"{number} tests"


def _names(ids: Sequence[str]) -> str:
    more = len(ids) - _SHOWN_CLAUSES
    shown = ", ".join(ids[:_SHOWN_CLAUSES])
    return f"{shown} and {more} more" if more > 0 else shown


def _indented(text: str) -> Iterable[Line]:
    room = WIDTH - len(INDENT)
    return (Line(INDENT + line) for line in in_columns(text, room))


def _wrapped(text: str) -> Iterable[Line]:
    return map(Line, in_columns(text, WIDTH))
