"""Documented responses of the provisional operations: whatever is sent, the response is one of the contract.

They are tested with --provisional only. Schemathesis generates the requests from openapi.yaml.
"""

from __future__ import annotations

import pytest

from billing_verify.checks.aiming import FRUGAL_CENTS
from billing_verify.checks.schemathesis_checks import CLAUSES, load_schema, send, verify
from billing_verify.clauses import clause
from billing_verify.needs import costs

schema = load_schema()


@pytest.mark.provisional
@costs(lambda profile: profile.examples * FRUGAL_CENTS, explores=True)
@clause(*CLAUSES)
@schema.include(tag="provisional").parametrize()
def test_every_answer_is_documented(case, billing, funded):
    account = funded()

    sent = send(case, billing, account)

    verify(sent, billing)
