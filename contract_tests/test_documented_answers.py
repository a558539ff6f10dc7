"""Whatever is sent, the answer is one that the contract documents. Schemathesis does the sending."""

from __future__ import annotations

import pytest

from contract_tests.harness.clauses import ClauseBrokenError, clause
from contract_tests.harness.client import money
from contract_tests.harness.generated import load_schema, send, verify

schema = load_schema()


@clause("schema.responses", "http.no-5xx", "http.json-errors")
@schema.exclude(tag="provisional").parametrize()
def test_every_answer_is_documented(case, billing, funded):
    account = funded(units="2.00")

    sent = send(case, billing, account)

    verify(sent)


@clause("input.no-effect")
@schema.include(operation_id="debitBalance").parametrize()
def test_a_debit_moves_the_balance_only_when_it_says_so(case, billing, funded):
    account = funded(units="2.00")

    sent = send(case, billing, account)

    if sent.answer.status != 200 and billing.balance(account) != money(account.opening):
        raise ClauseBrokenError(
            "input.no-effect",
            f"a debit answered {sent.answer.status} moved the balance",
        )


@pytest.mark.provisional
@clause("schema.responses", "http.no-5xx", "http.json-errors")
@schema.include(tag="provisional").parametrize()
def test_every_answer_of_the_provisional_operations_is_documented(
    case, billing, funded
):
    account = funded(units="2.00")

    sent = send(case, billing, account)

    verify(sent)
