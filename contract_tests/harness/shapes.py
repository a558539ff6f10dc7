"""Named verifiers for the shapes that the contract promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_contract import load_contract, validator_of

if TYPE_CHECKING:
    from contract_tests.harness.exchange import Answer


def assert_plan(plan: Any) -> None:
    """A plan is absent, null, or has plan_code, expires_at and status. Raises AssertionError."""
    problems = (
        [] if plan is None else validator_of(load_contract(), "Plan").problems(plan)
    )
    assert not problems, "; ".join(map(str, problems))


def assert_json_error(answer: Answer) -> None:
    """An error is JSON and says so; its fields are the service's own. Raises AssertionError."""
    media_type = answer.content_type
    is_json = media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )
    assert is_json, (
        f"the answer {answer.status} says that it is {media_type or 'nothing'} and not JSON: {answer.shown_body}"
    )
    assert answer.is_json, (
        f"the answer {answer.status} is not JSON: {answer.shown_body}"
    )
