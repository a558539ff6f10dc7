"""A debit whose answer does not say what happened is sent again with the same ref, and charged once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing import (
    Debit,
    InsufficientFundsError,
    OutcomeUnknownError,
    Receipt,
)

pytestmark = pytest.mark.asyncio
DEBIT = Debit(user_id="anna", units=Decimal("2.0"), ref="order-1", reason="chat")
NOT_CHARGED = [
    ("drop_request", {}),
    ("drop_request", {"reset": True}),
    ("status", {"status": 500}),
    ("status", {"status": 502, "body": "<html>", "content_type": "text/html"}),
    ("status", {"status": 429}),
]
CHARGED = [
    ("lose_response", {}),
    ("lose_response", {"reset": True}),
    ("truncate_body", {}),
    ("garble_body", {}),
    ("status", {"status": 503, "acts": "after"}),
]
TOO_SLOW = [
    ("delay", {"seconds": 60}),
    ("slow_body", {"seconds": 60}),
]


@pytest.fixture(autouse=True)
def anna(billing_mock):
    billing_mock.fund("anna", 10)


@pytest.mark.parametrize(("kind", "settings"), NOT_CHARGED, ids=str)
async def test_a_first_try_that_did_not_arrive(billing, billing_mock, kind, settings):
    billing_mock.fault(kind, operation="debit", times=1, **settings)

    receipt = await billing.debit(DEBIT)

    assert receipt.balance == Decimal(8)
    assert_charged_once(billing_mock, tries=2)


@pytest.mark.parametrize(("kind", "settings"), CHARGED, ids=str)
async def test_a_first_try_that_was_charged(billing, billing_mock, kind, settings):
    billing_mock.fault(kind, operation="debit", times=1, **settings)

    assert await billing.debit(DEBIT) == Receipt()

    assert_charged_once(billing_mock, tries=2)


@pytest.mark.parametrize(("kind", "settings"), TOO_SLOW, ids=str)
async def test_a_first_try_whose_answer_took_too_long(
    hasty_billing, billing_mock, kind, settings
):
    billing_mock.fault(kind, operation="debit", times=1, **settings)

    assert await hasty_billing.debit(DEBIT) == Receipt()

    assert_charged_once(billing_mock, tries=2)


async def test_a_first_try_that_is_held_up_on_its_way(hasty_billing, billing_mock):
    billing_mock.delay_next(60, acts="before")

    receipt = await hasty_billing.debit(DEBIT)

    assert receipt.balance == Decimal(8)
    assert_charged_once(billing_mock, tries=1)


async def test_a_slow_service_is_waited_for(billing, billing_mock, pauses):
    billing_mock.delay_next(0.05, operation="check")
    billing_mock.delay_next(0.05)

    assert await billing.check("anna", DEBIT.units)
    receipt = await billing.debit(DEBIT)

    assert (receipt.balance, pauses) == (Decimal(8), [])
    assert_charged_once(billing_mock, tries=1)


@pytest.mark.parametrize("acts", ["before", "after"])
async def test_a_service_that_stays_down(billing, billing_mock, pauses, acts):
    billing_mock.fail_next(status=503, acts=acts, times=None)

    with pytest.raises(OutcomeUnknownError, match="with the same ref") as told:
        await billing.debit(DEBIT)

    assert (told.value.ref, pauses) == ("order-1", [0.1, 0.5])
    billing_mock.assert_no_findings()


@pytest.mark.parametrize("acts", ["before", "after"])
async def test_a_service_that_comes_back_after_the_last_try(
    billing, billing_mock, acts
):
    billing_mock.fail_next(status=503, acts=acts, times=3)
    with pytest.raises(OutcomeUnknownError):
        await billing.debit(DEBIT)

    await billing.debit(DEBIT, maybe_sent=True)

    assert_charged_once(billing_mock, tries=4)


async def test_a_service_that_comes_back_for_the_last_try(
    billing, billing_mock, pauses
):
    billing_mock.drop_next_request(times=2)

    receipt = await billing.debit(DEBIT)

    assert (receipt.balance, pauses) == (Decimal(8), [0.1, 0.5])
    assert_charged_once(billing_mock, tries=3)


async def test_too_little_money_at_the_second_try(billing, billing_mock):
    billing_mock.fund("anna", 1)
    billing_mock.drop_next_request()

    with pytest.raises(InsufficientFundsError):
        await billing.debit(DEBIT)

    assert billing_mock.debits == []
    billing_mock.assert_no_findings()


async def test_a_charge_that_took_the_last_money_is_no_lack_of_money(
    billing, billing_mock
):
    billing_mock.fund("anna", 2)
    billing_mock.lose_next_response()

    assert await billing.debit(DEBIT) == Receipt()

    assert_charged_once(billing_mock, tries=2)


async def test_a_refusal_that_says_nothing_about_the_try_before(billing, billing_mock):
    billing_mock.lose_next_response()
    billing_mock.fail_next(status=401, skip=1)

    with pytest.raises(OutcomeUnknownError):
        await billing.debit(DEBIT)

    assert await billing.debit(DEBIT, maybe_sent=True) == Receipt()
    assert_charged_once(billing_mock, tries=3)


async def test_a_status_that_is_told_is_believed_whatever_the_body(
    billing, billing_mock
):
    billing_mock.fund("anna", 1)
    billing_mock.fault("garble_body", operation="debit", times=1)

    with pytest.raises(InsufficientFundsError):
        await billing.debit(DEBIT)

    billing_mock.assert_no_findings()


def assert_charged_once(mock, *, tries):
    debits = [each for each in mock.requests if each.operation == "debit"]
    assert [each.ref for each in debits] == ["order-1"] * tries
    assert [each.ref for each in mock.debits] == ["order-1"]
    assert mock.balance("anna") + DEBIT.units in (Decimal(10), Decimal(2))
    mock.assert_no_findings()
