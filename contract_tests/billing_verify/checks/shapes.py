"""Named verifiers for the shapes that the contract promises."""

from __future__ import annotations

from http.client import OK
from typing import TYPE_CHECKING

from billing_contract import load_contract, validator_of

if TYPE_CHECKING:
    from billing_verify.client.exchange import Response


def assert_shape(response: Response, schema_name: str) -> None:
    """An answer is 200, JSON, and has the fields of a schema of the contract. Raises AssertionError.

    A balance below 0 is no matter of shape; debit.never-negative looks for it.
    """
    assert response.status == OK, (
        f"200 was expected, and {response.status} came: {response.shown_body}"
    )
    assert_json(response)
    found = validator_of(load_contract(), schema_name).problems(response.json)
    problems = [problem for problem in found if problem.rule != "minimum"]
    assert not problems, f"{'; '.join(map(str, problems))}: {response.shown_body}"


def assert_json(response: Response) -> None:
    """An answer is JSON and says so. Raises AssertionError."""
    said = response.content_type or "nothing"
    assert response.content_type == "application/json", (
        f"application/json was expected, and {said} came"
    )
    assert response.is_json, f"JSON was expected, and this came: {response.shown_body}"


def assert_json_error(response: Response) -> None:
    """An error is JSON and says so; its fields are the service's own. Raises AssertionError."""
    media_type = response.content_type
    is_json = media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )
    assert is_json, (
        f"the answer {response.status} says that it is {media_type or 'nothing'} and not JSON: {response.shown_body}"
    )
    assert response.is_json, (
        f"the answer {response.status} is not JSON: {response.shown_body}"
    )
