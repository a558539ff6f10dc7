"""Concurrency (clauses race.*): the ledger answers concurrent requests as if they came one after the other."""

from __future__ import annotations

import itertools

import pytest

from billing_verify.amounts import money
from billing_verify.checks.linearizable import assert_explained
from billing_verify.clauses import clause
from billing_verify.client.burst import burst, send_timed


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


@clause("debit.tx-unique")
def test_debits_at_once_have_transactions_of_their_own(billing, funded, profile):
    for _ in range(profile.rounds):
        account = funded(units=billing.unit * profile.burst)
        calls = [
            billing.call("debitBalance", billing.debit_fields(account))
            for _ in range(profile.burst)
        ]

        sent = burst(billing, account, calls)

        tx_ids = [
            response.tx_id for response in sent.responses if response.status == 200
        ]
        assert len(set(tx_ids)) == len(tx_ids)


@clause("race.linearizable")
def test_debits_checks_and_reads_at_once_are_explained_by_some_order(
    billing, opened, profile
):
    for _ in range(profile.rounds):
        account = opened(balance=profile.burst * 5 // 4)  # gone in the third of four

        waves = [wave(billing, account, size=profile.burst) for _ in range(4)]

        assert_explained(itertools.chain(*waves), account)


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


def wave(billing, account, *, size):
    """Send mixed calls at once, then a read and a check alone. Returns all, each with its interval.

    The last two find a balance that is wrong for good, as a cache that missed a debit would have it.
    """
    sent = burst(billing, account, mixed_calls(billing, account, size=size)).timed
    check = billing.call("checkBalance", billing.check_fields(account, units=5))
    read = billing.call("getBalance", query={"user_id": account.user_id})
    return [*sent, send_timed(billing, read), send_timed(billing, check)]


def mixed_calls(billing, account, *, size):
    """Return `size` calls: debits, of which two and two share a ref, among checks and reads."""
    refs = [billing.new_ref() for _ in range(size)]
    debits = [
        billing.call(
            "debitBalance",
            {
                **billing.debit_fields(account, units=1 + turn % 3),
                "ref": refs[turn // 2],
            },
        )
        for turn in range(size // 2)
    ]
    checks = [
        billing.call("checkBalance", billing.check_fields(account, units=5))
        for _ in range(size // 4)
    ]
    reads = [
        billing.call("getBalance", query={"user_id": account.user_id})
        for _ in range(size // 4)
    ]
    return [
        call
        for calls in itertools.zip_longest(debits, reads, checks)
        for call in calls
        if call
    ]
