"""Whether the question of a test arises at a deployment at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_verify.errors import NotApplicableError

if TYPE_CHECKING:
    from billing_verify.client.exchange import Response


def require_applicable(response: Response, status: int) -> None:
    """Raise NotApplicableError unless the response has the status that a test's question is about.

    Whether a service has to answer so is the question of another clause, and no reason to call
    this one untested.
    """
    if response.status != status:
        raise NotApplicableError(
            f"the question is about an answer of {status}: {response.status} {response.shown_body}"
        )
