"""The report of a run as plain data: what the JSON file holds, and what the HTML page is made from.

Its shape is stated in `report.schema.json`; `report` is the version of that shape.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_contract import __version__, load_contract
from billing_verify.results.verdicts import Exit

if TYPE_CHECKING:
    from billing_verify.config.options import Options
    from billing_verify.results.verdicts import ClauseRecord, Verdicts

REPORT_VERSION = 1
_WORDS = {
    Exit.CONFORMS: "conforms",
    Exit.BROKEN: "does not conform",
    Exit.COULD_NOT_JUDGE: "could not judge",
}


@dataclass(slots=True, kw_only=True)
class RunFacts:
    """What a run learns about itself: filled in as it goes."""

    target: str = ""
    accounts: str = ""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    seed: int | None = None
    latency: float = 0.0
    spent: Decimal = Decimal(0)
    requests: int = 0
    observed: dict[str, str] = field(default_factory=dict)
    observed_otherwise: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    overlaps: list[int] = field(default_factory=list)
    could_not_judge: str = ""


def build_report(
    facts: RunFacts,
    options: Options,
    verdicts: Verdicts,
    failures: list[dict[str, Any]],
) -> dict[str, Any]:
    """Everything that any report tells."""
    contract = load_contract()
    status = (
        Exit.COULD_NOT_JUDGE
        if facts.could_not_judge
        else verdicts.exit_status(strict=options.strict)
    )
    executed, musts = verdicts.executed_musts()
    return {
        "report": REPORT_VERSION,
        "suite": {"version": __version__},
        "contract": {"version": contract.version, "sha256": contract.sha256},
        "target": {"url": facts.target, "accounts": facts.accounts},
        "started": facts.started.isoformat(timespec="seconds"),
        "seconds": round((datetime.now(UTC) - facts.started).total_seconds(), 2),
        "profile": options.profile.name,
        "strict": options.strict,
        "seed": facts.seed,
        "requests": facts.requests,
        "spent": str(facts.spent),
        "verdict": _WORDS[status],
        "exit_status": int(status),
        "sentence": facts.could_not_judge or verdicts.sentence(strict=options.strict),
        "must_clauses": {"executed": executed, "of": musts},
        "notes": [*facts.notes, *_told(facts.overlaps)],
        "clauses": [_clause(record) for record in verdicts.records.values()],
        "failures": failures,
        "observed": facts.observed,
        "observed_otherwise": facts.observed_otherwise,
    }


def _told(overlaps: list[int]) -> list[str]:
    """What became of the bursts: where nothing overlaps, nothing is proven."""
    if not overlaps:
        return []
    real = sum(overlap > 1 for overlap in overlaps)
    return [
        f"{len(overlaps)} bursts of concurrent requests; in {real} of them requests overlapped, up to {max(overlaps)} at once."
    ]


def _clause(record: ClauseRecord) -> dict[str, Any]:
    clause = record.clause
    return {
        "id": clause.id,
        "level": clause.level.value,
        "text": clause.text,
        "source": clause.source,
        "provisional": clause.provisional,
        "verdict": record.verdict.value,
        "known_deviation": record.known_deviation,
        "reasons": record.reasons,
        "tests": len(record.outcomes),
    }
