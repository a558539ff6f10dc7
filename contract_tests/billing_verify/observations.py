"""The file of observed open choices, which the mock reads with --like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_verify.observing import Observed

if TYPE_CHECKING:
    import pytest

    from billing_verify.report.build import RunFacts

_OBSERVED = "billing_observed"


def observed_choice(item: pytest.Item) -> str | None:
    """The open choice that a test observes, None for other tests."""
    mark = item.get_closest_marker("observes")
    return mark.args[0] if mark else None


def note(report: pytest.TestReport, item: pytest.Item, choice_id: str) -> None:
    """Send along what was observed. An observation never fails a run."""
    seen = getattr(item, "funcargs", {}).get("observed")
    if report.failed:
        report.outcome = "skipped"
        report.longrepr = (
            str(report.location[0]),
            report.location[1] or 0,
            f"not observed: {report.longreprtext[-200:]}",
        )
    elif report.when == "call" and isinstance(seen, Observed):
        report.__dict__[_OBSERVED] = [choice_id, seen.option, seen.other]


def gather(report: pytest.TestReport, facts: RunFacts) -> None:
    """Take in what a test observed."""
    choice_id, option, other = report.__dict__.get(_OBSERVED, (None, None, None))
    if option is not None:
        facts.observed[choice_id] = option
    elif other is not None:
        facts.observed_otherwise[choice_id] = other


def observations(report: dict[str, Any]) -> dict[str, Any]:
    """What the file holds."""
    return {
        "contract": report["contract"]["version"],
        "target": report["target"]["url"],
        "observed": report["observed"],
        "otherwise": report["observed_otherwise"],
    }
