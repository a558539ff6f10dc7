"""What balance tells of a user without a plan, by the open choice no-plan."""

from __future__ import annotations

from billing_contract import render_json
from billing_mock.ledger.account import Plan

_PLACEHOLDER = Plan(plan_code="none", expires_at=None, status="inactive")


def plan_field_of_none(option: str) -> str:
    """Return the end of the answer as JSON text, such as `, "plan": null`; empty where the field is left out."""
    shown = {
        "null": "null",
        "placeholder": render_json(_PLACEHOLDER.as_json()).decode(),
    }
    return "" if option == "absent" else f', "plan": {shown[option]}'
