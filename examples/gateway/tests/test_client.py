"""The three operations, and every error that the document lists."""

from __future__ import annotations

import socket
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest

from billing import (
    Balance,
    BillingClient,
    Debit,
    DuplicateTransactionError,
    InsufficientFundsError,
    NoAnswerError,
    OutcomeUnknownError,
    Receipt,
    RequestRefusedError,
    Settings,
)

pytestmark = pytest.mark.asyncio
DOCUMENT_USER = "11111111-1111-1111-1111-111111111111"
ONE_UNIT = Debit(user_id="anna", units=Decimal("1.0"), ref="order-1", reason="chat")


async def test_check_tells_whether_the_user_could_pay(billing, billing_mock):
    billing_mock.fund("anna", "2.50")

    assert await billing.check("anna", Decimal("2.5")) is True
    assert await billing.check("anna", Decimal("2.51")) is False
    billing_mock.assert_no_findings()


async def test_debit_charges_once_and_brings_a_receipt(billing, billing_mock):
    billing_mock.fund("anna", 10)

    receipt = await billing.debit(ONE_UNIT)

    [charged] = billing_mock.debits
    assert receipt == Receipt(balance=Decimal("9.0"), tx_id=charged.tx_id)
    assert (charged.user_id, charged.units) == ("anna", Decimal("1.0"))
    assert (charged.ref, charged.reason) == ("order-1", "chat")
    billing_mock.assert_no_findings()


async def test_balance_tells_the_plan_where_there_is_one(billing, billing_mock):
    with_plan = await billing.balance(DOCUMENT_USER)

    assert with_plan.balance == Decimal(742)
    assert with_plan.plan["plan_code"] == "base750"
    assert await billing.balance("test-user") == Balance(
        balance=Decimal(742), plan=None
    )


async def test_money_stays_decimal_on_the_way_there_and_back(billing, billing_mock):
    billing_mock.fund("anna", "12345678901234567890.42")
    units = Decimal("1234567890123456789.30")

    receipt = await billing.debit(replace(ONE_UNIT, units=units))

    assert billing_mock.debits[0].units == units
    assert receipt.balance == Decimal("11111111011111111101.12")


@pytest.mark.parametrize(
    "units", [0.3, 1, Decimal(0), Decimal(-1), Decimal("NaN"), Decimal("Infinity")]
)
async def test_units_that_nobody_can_pay_never_leave_the_gateway(
    billing, billing_mock, units
):
    with pytest.raises(ValueError, match="units: must be"):
        await billing.check("anna", units)
    with pytest.raises(ValueError, match="units: must be"):
        Debit(user_id="anna", units=units, ref="r", reason="chat")

    assert billing_mock.requests == []


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RequestRefusedError),
        (401, RequestRefusedError),
        (403, InsufficientFundsError),
        (404, RequestRefusedError),
        (409, DuplicateTransactionError),
        (415, RequestRefusedError),
        (422, RequestRefusedError),
    ],
)
async def test_a_refusal_is_raised_at_the_first_try(
    billing, billing_mock, status, error
):
    billing_mock.fund("anna", 10)
    billing_mock.fail_next(status=status)

    with pytest.raises(
        error, match=f"billing answered {status}: .*a fault of the mock"
    ):
        await billing.debit(ONE_UNIT)

    assert (len(billing_mock.requests), billing_mock.debits) == (1, [])
    billing_mock.assert_no_findings()


async def test_a_ref_that_another_debit_has_used_is_no_success(billing, billing_mock):
    billing_mock.fund("anna", 10)
    await billing.debit(ONE_UNIT)

    with pytest.raises(DuplicateTransactionError):
        await billing.debit(ONE_UNIT)

    assert billing_mock.balance("anna") == Decimal(9)


async def test_a_wrong_key_is_refused_and_is_in_no_message(billing_mock):
    settings = Settings(url=billing_mock.url, token="not-the-key")

    async with BillingClient(settings) as client:
        with pytest.raises(RequestRefusedError, match="401") as told:
            await client.balance("anna")

    assert "not-the-key" not in f"{told.value} {settings!r}"


@pytest.mark.parametrize("kind", ["drop_request", "status", "garble_body"])
@pytest.mark.parametrize("operation", ["check", "balance"])
async def test_a_question_without_an_answer_is_raised(
    billing, billing_mock, kind, operation
):
    billing_mock.fault(kind, operation=operation, times=1)

    with pytest.raises(NoAnswerError):
        await ask(billing, operation)
    await ask(billing, operation)

    billing_mock.assert_no_findings()


@pytest.mark.parametrize("body", ["{}", "[]", '{"allowed": "yes", "balance": true}'])
async def test_an_answer_of_another_shape_is_no_answer(billing_mock, body):
    async with BillingClient(
        Settings(url=billing_mock.url, token=billing_mock.key),
        transport=httpx.MockTransport(lambda _: httpx.Response(200, text=body)),
    ) as client:
        for operation in ("check", "balance"):
            with pytest.raises(NoAnswerError, match="billing's answer"):
                await ask(client, operation)


async def test_a_service_that_is_not_there(retry):
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody_listens.getsockname()[1]}"
        async with BillingClient(Settings(url=url, token="k"), retry=retry) as client:
            with pytest.raises(NoAnswerError, match="ConnectError"):
                await client.check("anna", Decimal(1))
            with pytest.raises(OutcomeUnknownError):
                await client.debit(ONE_UNIT)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BILLING_SERVICE_URL", None),
        ("BILLING_SERVICE_URL", "localhost:8001"),
        ("BILLING_SERVICE_TOKEN", None),
        ("BILLING_SERVICE_TOKEN", ""),
    ],
)
async def test_a_variable_that_is_missing_or_wrong_is_named(
    billing_mock_environment, monkeypatch, name, value
):
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)

    with pytest.raises(ValueError, match=name):
        Settings.from_environment()


async def ask(client, operation):
    if operation == "check":
        return await client.check("test-user", Decimal(1))
    return await client.balance("test-user")
