"""Both scenarios of the document, as users meet them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

import pytest

from billing import InsufficientFundsError, NoAnswerError

pytestmark = pytest.mark.asyncio


class Sale(NamedTuple):
    """What a user asks for, and what it costs."""

    scenario: str
    asked: str
    price: Decimal

    async def of(self, gateway, user_id="anna"):
        return await getattr(gateway, self.scenario)(user_id, self.asked)


@pytest.fixture(
    params=[
        Sale("send_chat_message", "twenty-five characters...", Decimal("2.5")),
        Sale("generate_template", "contract", Decimal("12.5")),
    ],
    ids=lambda sale: sale.scenario,
)
def sale(request):
    return request.param


async def test_a_chat_message_is_answered_and_paid(gateway, billing_mock):
    billing_mock.fund("anna", 10)

    answer = await gateway.send_chat_message("anna", "hello")

    assert answer == "reply to hello"
    [debit] = billing_mock.debits
    assert (debit.units, debit.reason) == (Decimal("0.5"), "chat_message")
    assert billing_mock.balance("anna") == Decimal("9.5")
    billing_mock.assert_no_findings()


async def test_a_template_is_generated_and_paid(gateway, billing_mock):
    billing_mock.fund("anna", 20)

    assert await gateway.generate_template("anna", "contract") == "a contract"

    [debit] = billing_mock.debits
    assert (debit.units, debit.reason) == (Decimal("12.5"), "template_generation")
    assert billing_mock.balance("anna") == Decimal("7.5")
    billing_mock.assert_no_findings()


async def test_the_last_money_buys(gateway, billing_mock, sale):
    billing_mock.fund("anna", sale.price)

    await sale.of(gateway)

    assert billing_mock.balance("anna") == 0
    billing_mock.assert_no_findings()


async def test_a_refused_check_starts_no_work(gateway, billing_mock, worked, sale):
    billing_mock.fund("anna", sale.price - Decimal("0.01"))

    with pytest.raises(InsufficientFundsError):
        await sale.of(gateway)

    assert (worked, billing_mock.debits) == ([], [])
    billing_mock.assert_no_findings()


async def test_work_that_fails_is_not_paid(gateway, billing_mock, outbox, sale):
    async def fail(_user_id, _asked):
        raise RuntimeError("the model is away")

    broken = replace(
        gateway, process_chat_message=fail, process_template_generation=fail
    )

    with pytest.raises(RuntimeError, match="the model is away"):
        await sale.of(broken, "test-user")

    assert (billing_mock.debits, outbox.owed()) == ([], [])
    billing_mock.assert_no_findings()


async def test_a_check_without_an_answer_starts_no_work(gateway, billing_mock, worked):
    billing_mock.fail_next("check", status=503)

    with pytest.raises(NoAnswerError):
        await gateway.send_chat_message("test-user", "hello")

    assert (worked, billing_mock.debits) == ([], [])
    billing_mock.assert_no_findings()


async def test_a_lost_answer_to_the_debit_is_not_the_user_s_concern(
    gateway, billing_mock, outbox, sale
):
    billing_mock.fund("anna", sale.price)
    billing_mock.lose_next_response()

    assert await sale.of(gateway)

    assert billing_mock.balance("anna") == 0
    assert outbox.owed() == []
    billing_mock.assert_no_findings()


async def test_money_that_is_gone_between_check_and_debit(
    gateway, billing_mock, outbox
):
    billing_mock.fund("anna", 10)

    async def work_while_the_money_goes(_user_id, _message):
        billing_mock.fund("anna", "0.4")
        return "too late"

    surprised = replace(gateway, process_chat_message=work_while_the_money_goes)

    with pytest.raises(InsufficientFundsError):
        await surprised.send_chat_message("anna", "hello")

    [refusal] = outbox.refused().values()
    assert "billing answered 403" in refusal
    assert outbox.owed() == []
    assert billing_mock.balance("anna") == Decimal("0.4")
    billing_mock.assert_no_findings()


async def test_a_service_that_is_down_after_the_work_and_comes_back(
    gateway, paid_work, billing_mock, outbox
):
    billing_mock.fund("anna", 10)
    billing_mock.fail_next(status=503, times=3)

    assert await gateway.send_chat_message("anna", "hello") == "reply to hello"
    [owed] = outbox.owed()
    await paid_work.recover()

    assert [debit.ref for debit in billing_mock.debits] == [owed.ref]
    assert outbox.owed() == []
    billing_mock.assert_no_findings()


async def test_a_service_that_is_still_down_at_the_recovery(
    gateway, paid_work, billing_mock, outbox
):
    billing_mock.fund("anna", 10)
    billing_mock.fail_next(status=503, times=6)
    await gateway.send_chat_message("anna", "hello")

    await paid_work.recover()
    still_owed = outbox.owed()
    await paid_work.recover()

    assert len(still_owed) == 1
    assert (len(billing_mock.debits), outbox.owed()) == (1, [])
    billing_mock.assert_no_findings()


async def test_a_debt_that_is_refused_at_the_recovery_is_kept_for_people(
    gateway, paid_work, billing_mock, outbox
):
    billing_mock.fund("anna", 10)
    billing_mock.drop_next_request(times=3)
    await gateway.send_chat_message("anna", "hello")
    billing_mock.fund("anna", 0)

    await paid_work.recover()
    billing_mock.fund("anna", 10)
    await paid_work.recover()

    assert len(outbox.refused()) == 1
    assert (billing_mock.debits, outbox.owed()) == ([], [])
    billing_mock.assert_no_findings()


async def test_parallel_messages_of_one_user_never_overdraw(
    gateway, billing_mock, outbox
):
    billing_mock.fund("anna", "1.5")
    all_are_checked = asyncio.Barrier(5)

    async def reply(_user_id, message):
        await all_are_checked.wait()
        return f"reply to {message}"

    busy = replace(gateway, process_chat_message=reply)

    answers = await asyncio.gather(
        *(busy.send_chat_message("anna", "hello") for _ in range(5)),
        return_exceptions=True,
    )

    assert answers.count("reply to hello") == 3
    assert sum(isinstance(each, InsufficientFundsError) for each in answers) == 2
    assert (len(billing_mock.debits), len(outbox.refused())) == (3, 2)
    assert billing_mock.balance("anna") == 0
    billing_mock.assert_no_findings()


async def test_a_recovery_leaves_alone_what_is_under_way(
    gateway, paid_work, billing_mock, in_pauses
):
    billing_mock.fund("anna", 10)
    billing_mock.lose_next_response()
    in_pauses.append(paid_work.recover)

    await gateway.send_chat_message("anna", "hello")

    tries = [each for each in billing_mock.requests if each.operation == "debit"]
    assert (len(tries), len(billing_mock.debits)) == (2, 1)
    billing_mock.assert_no_findings()


async def test_a_message_that_is_cancelled_in_its_payment_is_paid_later(
    gateway, billing_mock, outbox, in_pauses
):
    async def the_user_closes_the_page():
        message.cancel()
        await asyncio.Event().wait()

    billing_mock.fund("anna", 10)
    billing_mock.drop_next_request()
    in_pauses.append(the_user_closes_the_page)
    message = asyncio.create_task(gateway.send_chat_message("anna", "hello"))
    with pytest.raises(asyncio.CancelledError):
        await message

    await gateway.paid_work.recover()

    assert (len(billing_mock.debits), outbox.owed()) == (1, [])
    billing_mock.assert_no_findings()
