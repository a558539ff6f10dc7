"""What the document's own code does when things go wrong, and which findings it earns."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from functools import partial

import httpx
import pytest

from examples.naive_gateway import document

pytestmark = pytest.mark.asyncio
SCENARIOS = [
    (document.send_chat_message, "hello", Decimal("0.5")),
    (document.generate_template, "letter", Decimal("2.0")),
]
LOST = [("lose_response", 1), ("drop_request", 0)]


@pytest.fixture(autouse=True)
def mock(billing_mock, monkeypatch):
    monkeypatch.setattr(document, "BILLING_SERVICE_URL", billing_mock.url)
    monkeypatch.setattr(document, "BILLING_SERVICE_TOKEN", billing_mock.key)
    billing_mock.fund("anna", 10)
    return billing_mock


@pytest.fixture
def work(monkeypatch):
    """`work(function)` lets the chat's work be done by this async function."""

    def set_work(function):
        monkeypatch.setattr(document, "process_chat_message", function)

    return set_work


@pytest.mark.parametrize(("scenario", "asked", "price"), SCENARIOS)
async def test_all_is_well_where_nothing_goes_wrong(mock, scenario, asked, price):
    assert await scenario("anna", asked)

    assert mock.balance("anna") == 10 - price
    mock.assert_no_findings()


@pytest.mark.parametrize(("kind", "charged"), LOST)
@pytest.mark.parametrize("scenario", [case[:2] for case in SCENARIOS])
async def test_a_lost_answer_is_taken_for_a_failure(mock, scenario, kind, charged):
    send, asked = scenario
    mock.fault(kind, operation="debit", times=1)

    with pytest.raises(httpx.RemoteProtocolError):
        await send("anna", asked)

    assert len(mock.debits) == charged
    assert rules(mock) == ["lost-debit-not-retried"]


async def test_the_user_who_tries_again_pays_twice_for_one_answer(mock):
    mock.lose_next_response()

    with pytest.raises(httpx.RemoteProtocolError):
        await document.send_chat_message("anna", "hello")
    answer = await document.send_chat_message("anna", "hello")

    assert answer == "reply to hello"
    assert len({debit.ref for debit in mock.debits}) == 2
    assert mock.balance("anna") == Decimal("9.0")
    assert rules(mock) == ["lost-debit-not-retried"]


async def test_a_retry_of_the_paying_step_pays_twice(mock, monkeypatch):
    """The first improvement that comes to mind: the step that failed, again; it chooses the ref."""
    debit_once = document.debit_user_balance

    async def debit_with_a_retry(user_id, units, ref, reason):
        try:
            return await debit_once(user_id, units, ref, reason)
        except httpx.RequestError:
            new_ref = f"chat-{document.generate_request_id()}"
            return await debit_once(user_id, units, new_ref, reason)

    monkeypatch.setattr(document, "debit_user_balance", debit_with_a_retry)
    mock.lose_next_response()

    await document.send_chat_message("anna", "hello")

    assert mock.balance("anna") == Decimal("9.0")
    assert rules(mock) == ["new-ref-after-lost-response"]


async def test_a_retry_with_the_same_ref_is_taken_for_a_failure_too(mock):
    mock.lose_next_response()
    payment = ("anna", 0.5, "chat-1", "chat_message")

    with pytest.raises(httpx.RemoteProtocolError):
        await document.debit_user_balance(*payment)
    with pytest.raises(document.DuplicateTransactionError):
        await document.debit_user_balance(*payment)

    assert mock.balance("anna") == Decimal("9.5")


async def test_work_is_done_and_then_the_debit_is_refused(mock, work):
    """No finding: every request was right. The gateway has worked for nothing and keeps no note of it."""
    worked = []

    async def reply_while_the_money_goes(_user_id, message):
        worked.append(message)
        mock.fund("anna", 0)

    work(reply_while_the_money_goes)

    with pytest.raises(document.InsufficientFundsError):
        await document.send_chat_message("anna", "hello")

    assert (worked, mock.debits) == (["hello"], [])
    mock.assert_no_findings()


async def test_parallel_messages_are_worked_on_with_money_for_one(mock, work):
    """No finding either: a check reserves nothing, and the document's order cannot change that."""
    mock.fund("anna", "0.5")
    all_are_checked = asyncio.Barrier(5)

    async def reply(_user_id, message):
        await all_are_checked.wait()
        return f"reply to {message}"

    work(reply)

    answers = await asyncio.gather(
        *(document.send_chat_message("anna", "hello") for _ in range(5)),
        return_exceptions=True,
    )

    assert answers.count("reply to hello") == 1
    assert mock.balance("anna") == 0
    mock.assert_no_findings()


async def test_float_money_turns_away_a_user_who_has_the_price(mock):
    mock.fund("anna", "0.30")

    with pytest.raises(document.InsufficientFundsError):
        await document.send_chat_message("anna", "hey")

    assert mock.requests[0].units == Decimal("0.30000000000000004")


async def test_an_answer_that_trickles_in_outlasts_every_time_out(mock, monkeypatch):
    """httpx counts from byte to byte: 5 seconds by default, 1 second here."""
    one_second = partial(httpx.AsyncClient, timeout=1)
    monkeypatch.setattr(document.httpx, "AsyncClient", one_second)
    mock.fault("slow_body", operation="check", seconds=2)

    assert await document.check_user_balance("anna", 0.5)


def rules(mock):
    return [finding.rule for finding in mock.findings]
