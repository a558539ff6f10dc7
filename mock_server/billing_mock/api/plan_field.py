"""What balance tells of a plan, of one that has ended, and of none, by the open choices no-plan and expired-plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from billing_contract import render_json
from billing_mock.ledger.account import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_mock.clock import Clock

_PLACEHOLDER = Plan(plan_code="none", expires_at=None, status="inactive")


class PlanField:
    """The writer of the field `plan` in the answers of one API."""

    def __init__(self, choices: Mapping[str, str], clock: Clock) -> None:
        self._without_plan = _field_of_none(choices["no-plan"])
        self._when_ended = choices["expired-plan"]
        self._clock = clock

    def written(self, plan: Plan | None) -> str:
        """Return the end of the answer as JSON text, such as `, "plan": null`; empty where the field is left out."""
        if plan is not None and self._has_ended(plan):
            plan = None if self._when_ended == "gone" else replace(plan, status="expired")  # fmt: skip
        return self._without_plan if plan is None else _field(plan)

    def _has_ended(self, plan: Plan) -> bool:
        if self._when_ended == "unchanged" or plan.expires_at is None:
            return False
        return datetime.fromisoformat(plan.expires_at.upper()) <= self._clock.now()


def _field_of_none(option: str) -> str:
    if option == "absent":
        return ""
    return ', "plan": null' if option == "null" else _field(_PLACEHOLDER)


def _field(plan: Plan) -> str:
    return f', "plan": {render_json(plan.as_json()).decode()}'
