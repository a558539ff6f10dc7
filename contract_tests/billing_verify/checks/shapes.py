"""Named verifiers for the shapes that the contract promises."""

from __future__ import annotations

from http.client import OK
from typing import TYPE_CHECKING

from billing_contract import load_contract, validator_of

if TYPE_CHECKING:
    from billing_verify.client.exchange import Answer


def assert_shape(answer: Answer, schema_name: str) -> None:
    """An answer is 200, JSON, and has the fields of a schema of the contract. Raises AssertionError.

    A balance below 0 is no matter of shape; debit.never-negative looks for it.
    """
    assert answer.status == OK, (
        f"200 was expected, and {answer.status} came: {answer.shown_body}"
    )
    assert_json(answer)
    found = validator_of(load_contract(), schema_name).problems(answer.json)
    problems = [problem for problem in found if problem.rule != "minimum"]
    assert not problems, f"{'; '.join(map(str, problems))}: {answer.shown_body}"


def assert_json(answer: Answer) -> None:
    """An answer is JSON and says so. Raises AssertionError."""
    said = answer.content_type or "nothing"
    assert answer.content_type == "application/json", (
        f"application/json was expected, and {said} came"
    )
    assert answer.is_json, f"JSON was expected, and this came: {answer.shown_body}"


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
