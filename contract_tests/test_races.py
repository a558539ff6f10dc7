"""Requests at the same time: the ledger behaves as if they had come one after the other."""

from __future__ import annotations

import pytest

from contract_tests.harness.burst import burst
from contract_tests.harness.clauses import clause
from contract_tests.harness.client import money


@clause("race.same-ref")
def test_one_ref_sent_many_times_at_once_is_charged_once(billing, funded, profile):
    for _ in range(profile.rounds):
        account = funded(units=billing.unit * profile.burst)
        call = billing.call("debitBalance", billing.debit_fields(account))

        sent = burst(billing, account, [call] * profile.burst)

        assert sent.statuses() == [200] + [409] * (profile.burst - 1)
        assert billing.balance(account) == money(account.opening - billing.unit)


@clause("race.same-ref")
def test_one_ref_with_different_units_at_once_is_charged_once(billing, funded, profile):
    for _ in range(profile.rounds):
        account = funded(units=billing.unit * profile.burst * profile.burst)
        fields = billing.debit_fields(account)
        payloads = [
            {**fields, "units": billing.unit * times}
            for times in range(1, profile.burst + 1)
        ]

        sent = burst(
            billing,
            account,
            [billing.call("debitBalance", payload) for payload in payloads],
        )

        assert sent.statuses() == [200] + [409] * (profile.burst - 1)
        assert billing.balance(account) == money(account.opening - sent.units_made())


@clause("race.no-overdraft")
@pytest.mark.parametrize("units", [5, 3, 1])
def test_debits_at_once_never_spend_more_than_there_is(billing, opened, profile, units):
    for _ in range(profile.rounds):
        account = opened(balance=5)
        calls = [
            billing.call("debitBalance", billing.debit_fields(account, units=units))
            for _ in range(profile.burst)
        ]

        sent = burst(billing, account, calls)

        assert sent.units_made() <= account.opening
        assert billing.balance(account) == money(account.opening - sent.units_made())


@clause("race.no-overdraft")
def test_debits_at_once_all_count(billing, funded, profile):
    for _ in range(profile.rounds):
        account = funded(units=billing.unit * profile.burst)
        calls = [
            billing.call("debitBalance", billing.debit_fields(account))
            for _ in range(profile.burst)
        ]

        sent = burst(billing, account, calls)

        assert billing.balance(account) == money(account.opening - sent.units_made())


@clause("race.no-false-refusal")
def test_debits_at_once_that_fit_the_balance_all_succeed(billing, funded, profile):
    for _ in range(profile.rounds):
        account = funded(units=billing.unit * profile.burst)
        calls = [
            billing.call("debitBalance", billing.debit_fields(account))
            for _ in range(profile.burst)
        ]

        sent = burst(billing, account, calls)

        assert sent.statuses() == [200] * profile.burst
