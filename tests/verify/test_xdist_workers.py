"""The facts of a parallel run's workers are added up."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

from billing_verify.results.run_facts import RunFacts
from billing_verify.run.xdist_workers import Workers


def ended(facts):
    """A worker as its run sees it after its end."""
    config = SimpleNamespace(workeroutput={})
    Workers(facts).pytest_sessionfinish(SimpleNamespace(config=config))
    return config


def test_what_two_workers_sent_and_spent_is_added_up():
    facts = RunFacts()
    run = Workers(facts)

    for user in ("anna", "boris"):
        worker = RunFacts(
            accounts=user, requests=5, spent=Decimal("0.1"), overlaps=[1, 8]
        )
        run.pytest_testnodedown(ended(worker))

    assert (facts.requests, facts.spent) == (10, Decimal("0.2"))
    assert facts.accounts == "anna; boris"
    assert facts.overlaps == [1, 8, 1, 8]


def test_a_worker_that_crashed_adds_nothing():
    facts = RunFacts(requests=5)

    Workers(facts).pytest_testnodedown(SimpleNamespace())

    assert facts.requests == 5


def test_a_run_without_workers_hands_nothing_over():
    Workers(RunFacts()).pytest_sessionfinish(SimpleNamespace(config=SimpleNamespace()))
