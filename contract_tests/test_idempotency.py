"""Idempotency (clauses ref.*): a ref makes a debit happen at most once.

A gateway that got no response depends on this when it sends the debit again.
"""

from __future__ import annotations

from collections import Counter

import pytest

from billing_verify.amounts import just_over_half, money
from billing_verify.clauses import clause
from billing_verify.client.burst import send_concurrently
from billing_verify.client.disconnect import (
    ANSWERED,
    DISCONNECTS,
    MOMENTS,
    disconnect_at_many_moments,
)
from billing_verify.client.keys import WRONG_KEY
from billing_verify.client.oldest_debit import oldest_debit
from billing_verify.needs import costs

LOST = ANSWERED + MOMENTS


@clause("ref.duplicate")
def test_a_used_ref_is_refused_and_charges_nothing(billing, funded):
    account = funded()
    ref = billing.new_ref()
    billing.debit_ok(account, ref=ref)
    before = billing.balance(account)

    again = billing.debit(account, ref=ref)

    assert again.status == 409
    assert billing.balance(account) == money(before)


@clause("ref.duplicate")
def test_a_used_ref_stays_used(billing, funded):
    account = funded()
    ref = billing.new_ref()
    billing.debit_ok(account, ref=ref)
    before = billing.balance(account)

    statuses = [billing.debit(account, ref=ref).status for _ in range(4)]

    assert statuses == [409, 409, 409, 409]
    assert billing.balance(account) == money(before)


@clause("ref.duplicate")
def test_a_ref_used_before_the_last_debit_is_refused(billing, funded):
    account = funded()
    first, second = billing.new_ref(), billing.new_ref()
    billing.debit_ok(account, ref=first)
    billing.debit_ok(account, ref=second)
    before = billing.balance(account)

    statuses = [billing.debit(account, ref=ref).status for ref in (first, second)]

    assert statuses == [409, 409]
    assert billing.balance(account) == money(before)


@costs(2, risk=5)
@clause("ref.duplicate-any-payload")
@pytest.mark.parametrize("reason", ["contract_test", "another_reason"])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_used_ref_is_refused_whatever_else_the_debit_says(
    billing, funded, times, reason
):
    account = funded()
    fields = billing.debit_fields(account, units=billing.unit * 2)
    billing.debit_ok(account, units=billing.unit * 2, ref=fields["ref"])
    before = billing.balance(account)

    again = billing.request(
        "debitBalance", {**fields, "units": billing.unit * times, "reason": reason}
    )

    assert again.status == 409
    assert billing.balance(account) == money(before)


@clause("ref.duplicate-when-drained")
def test_a_used_ref_is_refused_as_used_when_too_little_is_left(billing, halved):
    account = halved(balance=10)
    ref = billing.new_ref()
    units = just_over_half(account.opening)
    left = billing.debit_ok(account, units=units, ref=ref).balance

    again = billing.debit(account, units=units, ref=ref)

    assert again.status == 409
    assert billing.read(account).balance == money(left)


@clause("ref.duplicate-when-drained")
def test_a_used_ref_is_refused_as_used_when_nothing_is_left(billing, emptied):
    debit = emptied(balance=10)
    before = billing.read(debit.account).balance

    again = billing.debit(debit.account, units=debit.account.opening, ref=debit.ref)

    assert again.status == 409
    assert billing.read(debit.account).balance == money(before)


@costs(lambda profile: profile.debits_between + 3, explores=True)
@pytest.mark.usefixtures("exact_cents")
@clause("ref.remembered")
def test_a_ref_is_not_forgotten(billing, funded, profile):
    account = funded(units=billing.unit * (profile.debits_between + 2))
    oldest = oldest_debit(billing, account)
    others = [
        billing.call("debitBalance", billing.debit_fields(account))
        for _ in range(profile.debits_between - oldest.later)
    ]
    for start in range(0, len(others), profile.burst):
        send_concurrently(billing, account, others[start : start + profile.burst])
    before = billing.balance(account)

    again = billing.debit(account, ref=oldest.ref)

    assert again.status == 409
    assert billing.balance(account) == money(before)


@pytest.mark.usefixtures("exact_cents")
@clause("ref.refused-stays-free")
def test_a_ref_refused_for_a_wrong_key_can_be_used(billing, funded):
    account = funded()
    ref = billing.new_ref()
    billing.require_status(billing.debit(account, ref=ref, key=WRONG_KEY), 401)

    response = billing.debit(account, ref=ref)

    assert response.status == 200
    assert billing.balance(account) < account.opening


@pytest.mark.usefixtures("exact_cents")
@clause("ref.refused-stays-free")
def test_a_ref_refused_for_too_little_money_can_be_used(billing, spare):
    account = spare()
    ref = billing.new_ref()
    billing.require_status(
        billing.debit(account, units=billing.more_than_balance(account, 1), ref=ref),
        403,
    )

    response = billing.debit(account, ref=ref)

    assert response.status == 200
    assert billing.balance(account) < account.opening


@pytest.mark.usefixtures("exact_cents")
@clause("ref.refused-stays-free")
@pytest.mark.parametrize(
    "change",
    [{"units": -1}, {"units": None}, {"user_id": None}, {"reason": None}],
    ids=str,
)
def test_a_ref_refused_for_wrong_data_can_be_used(billing, funded, change):
    account = funded()
    fields = billing.debit_fields(account)
    billing.require_status(billing.request("debitBalance", {**fields, **change}), 422)

    response = billing.debit(account, ref=fields["ref"])

    assert response.status == 200
    assert billing.balance(account) < account.opening


@pytest.mark.usefixtures("exact_cents")
@clause("ref.exact")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{}-a", "{}-A"),
        ("{}", "{} "),
        ("{}", " {}"),
        ("{} 1", "{}  1"),
        ("{}-caf\u00e9", "{}-cafe\u0301"),
        ("{}-\ufb01le", "{}-file"),
        ("{}-stra\u00dfe", "{}-strasse"),
        ("{}-\u0430bc", "{}-abc"),
        ("{}-1", "{}-01"),
        ("{}-1", "{}-1.0"),
    ],
    ids=ascii,
)
def test_refs_that_look_alike_are_different(billing, funded, one, other):
    account = funded()
    unique = billing.new_ref()
    first = billing.debit_ok(account, ref=one.format(unique))

    second = billing.debit(account, ref=other.format(unique))

    assert second.status == 200
    assert billing.balance(account) < first.balance


@pytest.mark.usefixtures("exact_cents")
@clause("ref.exact")
@pytest.mark.parametrize("length", [16, 20, 32, 36, 40, 50, 63, 64])
def test_the_last_character_of_a_ref_counts(billing, funded, length):
    account = funded()
    stem = billing.new_ref().ljust(length - 1, "x")[-(length - 1) :]
    first = billing.debit_ok(account, ref=f"{stem}a")

    second = billing.debit(account, ref=f"{stem}b")

    assert second.status == 200
    assert billing.balance(account) < first.balance


@costs(LOST + 5, risk=LOST * 2)
@pytest.mark.usefixtures("exact_cents")
@clause("ref.lost-response")
@pytest.mark.parametrize("how", DISCONNECTS)
def test_a_debit_whose_answer_was_lost_is_charged_once(billing, funded, how):
    accounts = [funded(units=billing.unit * LOST) for _ in range(2)]

    pairs = disconnect_at_many_moments(billing, accounts, how=how)
    debits_of = Counter(account.user_id for account, _ in pairs)
    for account, ref in pairs * 2:
        billing.debit(account, ref=ref)

    assert [billing.balance(account) for account in accounts] == [
        money(account.opening - billing.unit * debits_of[account.user_id])
        for account in accounts
    ]
