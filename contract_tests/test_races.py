"""Concurrency (clauses race.*): the ledger answers concurrent requests as if they came one after the other."""

from __future__ import annotations

import itertools

import pytest

from billing_verify.amounts import CENT, money
from billing_verify.checks.at_once import CLAUSES as CLAUSES_OF_DEBITS
from billing_verify.checks.at_once import assert_each_counts
from billing_verify.checks.linearizable import assert_explained
from billing_verify.clauses import clause
from billing_verify.client.burst import burst, rounds_at_once, send_timed
from billing_verify.needs import costs


@costs(lambda profile: profile.rounds * 2, risk=lambda profile: profile.burst)
@pytest.mark.usefixtures("exact_cents")
@clause("race.same-ref")
def test_one_ref_sent_many_times_at_once_is_charged_once(billing, funded, profile):
    for _ in rounds_at_once(billing, profile.rounds):
        account = funded(units=billing.unit * profile.burst)
        call = billing.call("debitBalance", billing.debit_fields(account))

        sent = burst(billing, account, [call] * profile.burst)

        assert sent.statuses() == [200] + [409] * (profile.burst - 1)
        assert billing.balance(account) == money(account.opening - billing.unit)


@costs(lambda profile: profile.rounds * 6, risk=lambda profile: profile.burst * 3)
@pytest.mark.usefixtures("exact_cents")
@clause("race.same-ref")
def test_one_ref_with_different_units_at_once_is_charged_once(billing, funded, profile):
    for _ in rounds_at_once(billing, profile.rounds):
        account = funded(units=billing.unit * profile.burst * 3)
        fields = billing.debit_fields(account)
        payloads = [
            {**fields, "units": billing.unit * (1 + turn % 3)}
            for turn in range(profile.burst)
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
def test_debits_at_once_never_spend_more_than_there_is(
    billing, contested, profile, units
):
    for account, of_a_debit in contested(balance=5, units=units):
        calls = [
            billing.call(
                "debitBalance", billing.debit_fields(account, units=of_a_debit)
            )
            for _ in range(profile.burst)
        ]

        sent = burst(billing, account, calls)

        assert sent.units_made() <= account.opening
        assert billing.balance(account) == money(account.opening - sent.units_made())


@costs(lambda profile: profile.paid_rounds * (profile.burst + 1))
@clause(*CLAUSES_OF_DEBITS)
def test_debits_at_once_that_fit_the_balance_all_count(billing, funded, profile):
    for _ in range(profile.paid_rounds):
        account = funded(units=billing.unit * profile.burst)
        calls = [
            billing.call("debitBalance", billing.debit_fields(account))
            for _ in range(profile.burst)
        ]

        sent = burst(billing, account, calls)

        assert_each_counts(sent, account, billing.balance(account))


@costs(
    lambda profile: profile.paid_rounds * 4 * most_in_a_wave(profile),
    risk=lambda profile: profile.burst,
)
@clause("race.linearizable")
def test_debits_checks_and_reads_at_once_are_explained_by_some_order(
    billing, limited, profile
):
    for _ in range(profile.paid_rounds):
        account = limited(
            balance=billing.unit * profile.burst * 5 // 4,  # gone in the third of four
            units=CENT * 4 * most_in_a_wave(profile),
        )

        waves, left = [], account.opening
        for _ in range(4):
            sent = burst(
                billing, account, mixed_calls(billing, account, left, profile.burst)
            )
            waves += [*sent.timed, *alone(billing, account)]
            left -= sent.units_made()

        assert_explained(waves, account)


@clause("race.linearizable")
def test_debits_of_more_than_there_is_at_once_are_explained_by_some_order(
    billing, spare, profile
):
    for _ in rounds_at_once(billing, profile.rounds):
        account = spare()
        too_much = billing.more_than_balance(account, CENT)

        sent = burst(
            billing, account, refused_calls(billing, account, too_much, profile.burst)
        )

        assert_explained([*sent.timed, *alone(billing, account)], account)


def most_in_a_wave(profile):
    """Return what the debits of a wave take at most, in units of the client: of each two one is made."""
    turns = range(profile.burst // 2)
    amounts = [1 + turn % 3 for turn in turns]
    return sum(map(max, amounts[::2], amounts[1::2]))


def alone(billing, account):
    """Send a read and a check, one after the other. Returns both, each with its interval.

    They find a balance that is wrong for good, as a cache that missed a debit would have it.
    """
    read = billing.call("getBalance", query={"user_id": account.user_id})
    check = billing.call(
        "checkBalance", billing.check_fields(account, units=billing.unit * 5)
    )
    return [send_timed(billing, read), send_timed(billing, check)]


def mixed_calls(billing, account, left, size):
    """Return `size` calls: debits, of which two and two share a ref, among checks and reads.

    The account holds `left` units. Each check asks for what some of the debits leave of them, so
    that its answer changes while they are made.
    """
    refs = [billing.new_ref() for _ in range(size)]
    debits = [
        billing.call(
            "debitBalance",
            {
                **billing.debit_fields(account, units=billing.unit * (1 + turn % 3)),
                "ref": refs[turn // 2],
            },
        )
        for turn in range(size // 2)
    ]
    asked = [
        max(left - billing.unit * (2 * turn + 1), billing.unit)
        for turn in range(size // 4)
    ]
    return among_reads(billing, account, debits, asked)


def refused_calls(billing, account, units, size):
    """Return `size` calls: debits of `units`, of which two and two share a ref, among checks of as many and reads."""
    refs = [billing.new_ref() for _ in range(size)]
    fields = billing.debit_fields(account, units=units)
    debits = [
        billing.call("debitBalance", {**fields, "ref": refs[turn // 2]})
        for turn in range(size // 2)
    ]
    return among_reads(billing, account, debits, [units] * (size // 4))


def among_reads(billing, account, debits, asked):
    """Return these debits among checks, each of some units that are asked for, and as many reads."""
    checks = [
        billing.call("checkBalance", billing.check_fields(account, units=units))
        for units in asked
    ]
    reads = [
        billing.call("getBalance", query={"user_id": account.user_id}) for _ in asked
    ]
    return [
        call
        for calls in itertools.zip_longest(debits, reads, checks)
        for call in calls
        if call
    ]
