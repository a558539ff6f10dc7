"""The gateway works with services that leave the mock's defaults where the contract lets them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing import InsufficientFundsError, RequestRefusedError
from billing_contract import load_contract
from billing_mock import Choices, Settings

pytestmark = pytest.mark.asyncio
SERVICES = [
    {"error-body": "detail-list", "whole-numbers": "integer", "no-plan": "absent"},
    {"error-body": "code-and-detail", "tx-id": "opaque", "no-plan": "placeholder"},
    {"error-body": "problem", "unknown-fields": "refused", "ref-max-length": "64"},
    {"unknown-user": "not-found", "units-precision": "refused"},
]


@pytest.fixture(scope="session", params=SERVICES, ids=str)
def billing_mock_settings(request):
    return Settings(choices=Choices(load_contract(), request.param))


async def test_a_conversation(gateway, billing, billing_mock):
    billing_mock.fund("anna", 3)
    billing_mock.lose_next_response()

    await gateway.send_chat_message("anna", "hello, you")
    await gateway.generate_template("anna", "letter")
    with pytest.raises(InsufficientFundsError):
        await gateway.send_chat_message("anna", "hello again")

    assert (await billing.balance("anna")).balance == Decimal(0)
    assert len(billing_mock.debits) == 2
    billing_mock.assert_no_findings()


async def test_a_user_whom_nobody_knows_gets_no_work(gateway, billing_mock, worked):
    with pytest.raises((InsufficientFundsError, RequestRefusedError)):
        await gateway.send_chat_message("nobody", "hello")

    assert worked == []
    billing_mock.assert_no_findings()
