"""Open choices: the mark of a test that observes one, what it saw, and the file of all of them.

An open choice is a question that the document leaves to the service. A test that observes one
never fails a run. `billing-mock --like FILE` reads the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from billing_contract import load_contract

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

_OBSERVED = "billing_observed"
_REASON_CHARACTERS = 200


class Observed:
    """What one test saw: an option of its choice, or else a description of what came."""

    def __init__(self) -> None:
        self.option: str | None = None
        self.other: str | None = None

    def among(self, seen: Hashable, options: Mapping[Hashable, str]) -> None:
        """Keep the option that belongs to what was seen, or what was seen where it has none."""
        self.option = options.get(seen)
        self.other = None if self.option else f"something else: {seen}"


def observes(choice_id: str) -> pytest.MarkDecorator:
    """Mark a test with the open choice that it observes. Raises KeyError for an unknown id."""
    return pytest.mark.observes(load_contract().open_choices[choice_id].id)


def observed_choice(item: pytest.Item) -> str | None:
    """Return the id of the open choice that a test observes, None for other tests."""
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


def attached_observation(
    report: pytest.TestReport,
) -> tuple[str | None, str | None, str | None]:
    """Return the id of the choice, its option and what else was seen; None for what there is not."""
    choice_id, option, other = report.__dict__.get(_OBSERVED, (None, None, None))
    return choice_id, option, other


def observations(report: dict[str, Any]) -> dict[str, Any]:
    """Return the contents of the file of observed choices. `report` is the report of the run."""
    return {
        "contract": report["contract"]["version"],
        "target": report["target"]["url"],
        "observed": report["observed"],
        "otherwise": report["observed_otherwise"],
    }
