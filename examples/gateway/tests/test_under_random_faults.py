"""Whatever goes wrong, in whichever order: every answer is paid once, and nothing else is."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from billing import BillingServiceError

pytestmark = pytest.mark.asyncio
FAULTS = [
    ("status", {"status": 500}),
    ("status", {"status": 503, "acts": "after"}),
    ("drop_request", {}),
    ("drop_request", {"reset": True}),
    ("lose_response", {}),
    ("lose_response", {"reset": True}),
    ("truncate_body", {}),
    ("garble_body", {}),
    ("slow_body", {"seconds": 0.02}),
    ("delay", {"seconds": 0.01}),
]


@pytest.mark.parametrize("seed", range(3))
async def test_every_answer_is_paid_once(gateway, billing_mock, outbox, seed):
    users = [billing_mock.fund(f"user-{number}", 5) for number in range(4)]
    for number, (kind, settings) in enumerate(FAULTS, start=len(FAULTS) * seed):
        billing_mock.fault(kind, probability=0.1, times=6, seed=number, **settings)

    said = await asyncio.gather(
        *(gateway.send_chat_message(user, "hello") for user in users * 6),
        return_exceptions=True,
    )
    while outbox.owed():
        await gateway.paid_work.recover()

    paid = sum(Decimal(5) - billing_mock.balance(user) for user in users)
    answers = said.count("reply to hello")
    assert all(isinstance(each, str | BillingServiceError) for each in said)
    assert (len(billing_mock.debits), paid) == (answers, answers * Decimal("0.5"))
    assert outbox.refused() == {}
    billing_mock.assert_no_findings()
