"""Documented responses (clause schema.responses): whatever is sent, the response is one of the contract.

Schemathesis generates the requests from openapi.yaml, valid and invalid ones.
"""

from __future__ import annotations

from billing_verify.checks.aiming import FRUGAL_CENTS
from billing_verify.checks.schemathesis_checks import (
    CLAUSES,
    CLAUSES_OF_A_DEBIT,
    DEBIT_PATH,
    load_schema,
    send,
    verify,
)
from billing_verify.clauses import clause
from billing_verify.needs import costs

schema = load_schema()


@costs(lambda profile: profile.examples * FRUGAL_CENTS, explores=True)
@clause(*CLAUSES_OF_A_DEBIT)
@schema.include(path=DEBIT_PATH).parametrize()
def test_every_answer_to_a_debit_is_documented(case, billing, funded):
    account = funded()

    sent = send(case, billing, account)

    verify(sent, billing)


@clause(*CLAUSES)
@schema.exclude(tag="provisional").exclude(path=DEBIT_PATH).parametrize()
def test_every_answer_is_documented(case, billing, funded):
    account = funded()

    sent = send(case, billing, account)

    verify(sent, billing)
