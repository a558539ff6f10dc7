"""Verifiers of the shapes of responses that the contract promises.

They raise their errors and assert nothing, so that they also work under `python -O`.
"""

from __future__ import annotations

from http.client import OK
from typing import TYPE_CHECKING

from billing_contract import load_contract, validator_of
from billing_verify.comparison import Comparison, Description
from billing_verify.errors import ExpectationError

if TYPE_CHECKING:
    from billing_verify.client.exchange import Response

_JSON = "application/json"


def assert_shape(response: Response, schema_name: str) -> None:
    """Raise ExpectationError where a response is not 200, not JSON, or has other fields than a schema.

    `schema_name` is the name of a schema of the contract. A balance below 0 passes: the clause
    debit.never-negative is about that.
    """
    if response.status != OK:
        raise ExpectationError(
            Comparison(expected=OK, actual=response.status, body=response.shown_body)
        )
    assert_json(response)
    found = validator_of(load_contract(), schema_name).problems(response.json)
    problems = [problem for problem in found if problem.rule != "minimum"]
    if problems:
        raise ExpectationError(
            f"{'; '.join(map(str, problems))}: {response.shown_body}"
        )


def assert_json(response: Response) -> None:
    """Raise ExpectationError where a response is not JSON, or its media type is not application/json."""
    if response.content_type != _JSON:
        media_type = Description(response.content_type or "nothing")
        raise ExpectationError(
            Comparison(expected=Description(_JSON), actual=media_type)
        )
    if not response.is_json:
        raise ExpectationError(
            Comparison(
                expected=Description("JSON"),
                actual=Description("this"),
                body=response.shown_body,
            )
        )
    _refuse_repeated_names(response)


def assert_json_error(response: Response) -> None:
    """Raise ExpectationError where a refusal is not JSON, or its media type is not one of JSON.

    The fields of a refusal are the service's own.
    """
    media_type = response.content_type
    if media_type != _JSON and not (
        media_type.startswith("application/") and media_type.endswith("+json")
    ):
        raise ExpectationError(
            f"the answer {response.status} says that it is {media_type or 'nothing'} and not JSON: {response.shown_body}"
        )
    if not response.is_json:
        raise ExpectationError(
            f"the answer {response.status} is not JSON: {response.shown_body}"
        )
    _refuse_repeated_names(response)


def _refuse_repeated_names(response: Response) -> None:
    if names := response.repeated_names:
        raise ExpectationError(
            f"the answer {response.status} has {', '.join(names)} twice, so that two readers may read "
            f"different values: {response.shown_body}"
        )
