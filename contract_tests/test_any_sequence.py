"""Any sequence of requests: every response is the one that the model of an account gives.

Hypothesis makes the sequences: debits, duplicates, refusals, checks and reads of one account.
"""

from __future__ import annotations

from hypothesis.stateful import run_state_machine_as_test

from billing_verify.checks.state_machine import CLAUSES, FRUGAL_CENTS, LedgerMachine
from billing_verify.clauses import clause
from billing_verify.needs import costs


@costs(lambda profile: profile.examples * FRUGAL_CENTS, explores=True)
@clause(*CLAUSES)
def test_every_sequence_is_answered_as_the_model_says(billing, funded):
    class Machine(LedgerMachine):
        pass

    Machine.billing, Machine.funded = billing, staticmethod(funded)

    run_state_machine_as_test(Machine)

    if Machine.refused_by_budget and not Machine.finished_any:
        raise Machine.refused_by_budget
