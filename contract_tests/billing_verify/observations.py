"""What is observed of a target: the mark of a test that observes, what it saw, and the file of all of it.

Observed are the open choices, which the document leaves to the service, and deviations, by which a
service leaves the contract where a gateway notices. A test that observes never fails a run.
`billing-mock --like FILE` reads the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from billing_contract import load_contract
from billing_contract.deviations import DEVIATIONS, DeviationError, parse_deviation

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

_OBSERVED = "billing_observed"
_BROKEN_VERDICTS = ("broken", "weak", "known")
_DEVIATIONS = "billing_deviations"
_REASON_CHARACTERS = 200


class Observed:
    """What one test saw: an option of its choice, or deviations as texts, or else a description of what came."""

    def __init__(self) -> None:
        self.option: str | None = None
        self.other: str | None = None
        self.deviations: list[str] = []

    def among(
        self,
        seen: Hashable,
        options: Mapping[Hashable, str],
        *,
        words: str | None = None,
    ) -> None:
        """Keep the option that belongs to what was seen, or what was seen where it has none.

        `words` describe what was seen to people; without them it is written as it is.
        """
        self.option = options.get(seen)
        described = str(seen) if words is None else words
        self.other = None if self.option else f"something else: {described}"

    def form(self, option: str | None, words: str) -> None:
        """Keep an option, or where it is None what was seen, in words."""
        self.among(option, {option: option} if option else {}, words=words)

    def deviates(self, name: str, value: str | None = None) -> None:
        """Keep a deviation. One whose value cannot be told to a mock is kept as a description."""
        text = name if value is None else f"{name}={value}"
        try:
            parse_deviation(text)
        except DeviationError:
            self.other = f"something else: {value}"
        else:
            self.deviations.append(text)


def observes(name: str) -> pytest.MarkDecorator:
    """Mark a test with the open choice or the deviation that it observes, by its id. Raises KeyError for an unknown one."""
    if name not in DEVIATIONS:
        name = load_contract().open_choices[name].id
    return pytest.mark.observes(name)


def observed_choice(item: pytest.Item) -> str | None:
    """Return the id of the open choice or deviation that a test observes, None for other tests."""
    mark = item.get_closest_marker("observes")
    return mark.args[0] if mark else None


def attach_observation(
    report: pytest.TestReport, item: pytest.Item, choice_id: str
) -> None:
    """Put what a test saw into its report, which also comes from a worker process.

    A failure becomes a skip, because an observation never fails a run.
    """
    seen = getattr(item, "funcargs", {}).get("observed")
    if report.failed:
        report.outcome = "skipped"
        report.longrepr = (
            str(report.location[0]),
            report.location[1] or 0,
            f"not observed: {report.longreprtext[-_REASON_CHARACTERS:]}",
        )
    elif report.when == "call" and isinstance(seen, Observed):
        report.__dict__[_OBSERVED] = [choice_id, seen.option, seen.other]
        report.__dict__[_DEVIATIONS] = seen.deviations


def attached_observation(
    report: pytest.TestReport,
) -> tuple[str | None, str | None, str | None]:
    """Return the id of the choice, its option and what else was seen; None for what there is not."""
    choice_id, option, other = report.__dict__.get(_OBSERVED, (None, None, None))
    return choice_id, option, other


def attached_deviations(report: pytest.TestReport) -> list[str]:
    """Return the deviations that a test saw, as texts."""
    seen: list[str] = report.__dict__.get(_DEVIATIONS, [])
    return seen


def observations(report: dict[str, Any]) -> dict[str, Any]:
    """Return the contents of the file of what was observed. `report` is the report of the run.

    `broken` are the clauses that the target breaks, by id, so that the mock can tell what it does
    not copy.
    """
    return {
        "contract": report["contract"]["version"],
        "target": report["target"]["url"],
        "observed": report["observed"],
        "otherwise": report["observed_otherwise"],
        "deviations": report["observed_deviations"],
        "broken": [
            clause["id"]
            for clause in report["clauses"]
            if clause["verdict"] in _BROKEN_VERDICTS
        ],
    }
