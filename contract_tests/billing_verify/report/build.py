"""The report of a run as plain data: what the JSON file holds, and what the HTML page is made from.

`report.schema.json` describes its shape; the field `report` is the version of that shape.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from billing_contract import __version__, load_contract
from billing_verify.amounts import shown
from billing_verify.config.repeating import repeating_command
from billing_verify.results.causes import find_causes
from billing_verify.results.verdicts import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_verify.config.options import Options
    from billing_verify.results.failures import Failure
    from billing_verify.results.records import ClauseRecord
    from billing_verify.results.run_facts import RunFacts
    from billing_verify.results.verdicts import Verdicts

REPORT_VERSION = 3
_VERDICT_TEXTS = {
    Exit.CONFORMS: "conforms",
    Exit.BROKEN: "does not conform",
    Exit.COULD_NOT_JUDGE: "could not judge",
    Exit.INCOMPLETE: "not fully tested",
}


def build_report(
    facts: RunFacts,
    options: Options,
    verdicts: Verdicts,
    failures: Sequence[Failure],
) -> dict[str, Any]:
    """Return the whole report of a run, as JSON values. All other reports are made from it."""
    contract = load_contract()
    status = Exit.COULD_NOT_JUDGE if facts.could_not_judge else verdicts.exit_status()
    judged = Exit.INCOMPLETE if verdicts.is_incomplete else status
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
        "spent": shown(facts.spent),
        "accept_untested": options.accept_untested,
        "verdict": _VERDICT_TEXTS[
            judged if status is not Exit.COULD_NOT_JUDGE else status
        ],
        "exit_status": int(status),
        "sentence": facts.could_not_judge or verdicts.sentence(),
        "must_clauses": {"executed": executed, "of": musts},
        "notes": [*facts.notes, *_notes_on_bursts(facts.overlaps)],
        "clauses": [_clause(record) for record in verdicts.records.values()],
        "causes": [
            {
                **asdict(cause),
                "repeat": repeating_command(options, cause.clauses[0], facts.seed),
            }
            for cause in find_causes(failures, verdicts.records)
        ],
        "untested": [asdict(each) for each in verdicts.untested()],
        "failures": [failure.to_json() for failure in failures],
        "observed": facts.observed,
        "observed_otherwise": facts.observed_otherwise,
        "observed_deviations": list(dict.fromkeys(facts.observed_deviations)),
    }


def _notes_on_bursts(overlaps: Sequence[int]) -> list[str]:
    """Return a sentence on how many bursts had requests that overlapped; none where there was no burst."""
    if not overlaps:
        return []
    overlapped = sum(overlap > 1 for overlap in overlaps)
    return [
        f"{len(overlaps)} bursts of concurrent requests; in {overlapped} of them requests overlapped, up to {max(overlaps)} at once."
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
        "tests": record.number_of_tests,
        "tests_run": record.number_run,
    }
