"""What a run finds out about itself, filled in while it goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal


@dataclass(slots=True, kw_only=True)
class RunFacts:
    """The facts of one run, for its reports.

    `target` is the base URL and `accounts` a description of where money comes from. `latency` is in
    seconds, `spent` in units of named accounts. `overlaps` has, for each burst, the largest number
    of requests that were open at once. `could_not_judge` is the reason for which the run ended
    without a verdict, empty for none.
    """

    target: str = ""
    accounts: str = ""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    seed: int | None = None
    latency: float = 0.0
    spent: Decimal = Decimal(0)
    requests: int = 0
    observed: dict[str, str] = field(default_factory=dict)
    observed_otherwise: dict[str, str] = field(default_factory=dict)
    observed_deviations: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    overlaps: list[int] = field(default_factory=list)
    could_not_judge: str = ""
