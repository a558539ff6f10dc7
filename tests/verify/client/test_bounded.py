"""Answers that never end, unpack to gigabytes or come a byte at a time are given up, by time and by size."""

from __future__ import annotations

import tracemalloc
from contextlib import contextmanager
from decimal import Decimal

import pytest

from billing_verify.account import TestAccount
from billing_verify.client.billing_client import BillingClient
from billing_verify.client.bounded import BYTES_MAX
from billing_verify.client.budget import Budget
from billing_verify.client.burst import burst
from billing_verify.client.target import Target
from billing_verify.client.time_limit import TimeLimit
from billing_verify.client.transport import Transport
from billing_verify.errors import NoResponseError, TimeUpError
from tests.hostile.kinds import KINDS, Hostile
from tests.hostile.running import USERS, running
from tests.zoo import Service

ACCOUNT = TestAccount(USERS[0], Decimal(100))
TOO_SLOW = "not whole after 0.3 s"
TOO_LONG = "longer than 256 KiB"
REASONS = {
    "Drips": TOO_SLOW,
    "ContinuesForever": TOO_SLOW,
    "EndlessTrailer": TOO_SLOW,
    "Hangs": TOO_SLOW,
    "PromisesMore": TOO_SLOW,
    "EndlessBody": TOO_LONG,
    "EndlessChunks": TOO_LONG,
    "Bomb": TOO_LONG,
    "EndlessHead": "more than 100 headers",
    "EndlessLine": "more than 65536 bytes",
}
every_kind = pytest.mark.parametrize("kind", REASONS)


class LongErrors(Hostile):
    """A page of the framework with the source of everything, answered 500."""

    def attack(self, *_answer):
        self.json("500 Internal Server Error", b"x" * (BYTES_MAX * 2))


@contextmanager
def talking_to(connection, **options):
    with running(connection) as (url, _):
        target = Target(url=url, key=Service.key, timeout=0.3)
        transport = Transport(target, Budget(Decimal(5)), **options)
        try:
            yield BillingClient(transport)
        finally:
            transport.close()


@every_kind
def test_an_answer_without_an_end_is_given_up(kind):
    with (
        talking_to(KINDS[kind]) as billing,
        pytest.raises(NoResponseError, match=REASONS[kind]),
    ):
        billing.read(ACCOUNT)


@every_kind
def test_an_answer_without_an_end_is_given_up_in_a_burst_too(kind):
    with talking_to(KINDS[kind]) as billing:
        call = billing.call("checkBalance", billing.check_fields(ACCOUNT))

        with pytest.raises(NoResponseError, match="2 of 2 concurrent requests"):
            burst(billing, ACCOUNT, [call] * 2)


def test_a_body_that_unpacks_to_a_gigabyte_takes_no_memory():
    with talking_to(KINDS["Bomb"]) as billing:
        tracemalloc.start()
        try:
            with pytest.raises(NoResponseError):
                billing.read(ACCOUNT)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert peak < 8 * 1024 * 1024


def test_of_a_5xx_the_beginning_is_enough():
    with talking_to(LongErrors) as billing:
        responses = [billing.read(ACCOUNT), billing.read(ACCOUNT)]

    assert [response.status for response in responses] == [500, 500]
    assert len(responses[0].body) == BYTES_MAX


def test_at_the_end_of_a_run_no_request_is_sent():
    with talking_to(Hostile, time_limit=TimeLimit(0)) as billing:
        with pytest.raises(TimeUpError, match="--max-time 0"):
            billing.read(ACCOUNT)

        assert billing.transport.requests_sent == 0


def test_an_answer_is_waited_for_to_the_end_of_the_run_and_no_longer():
    with talking_to(KINDS["Hangs"], time_limit=TimeLimit(0.1)) as billing:
        with pytest.raises(TimeUpError):
            billing.read(ACCOUNT)

        assert billing.transport.requests_sent == 1


def test_a_burst_is_waited_for_to_the_end_of_the_run_and_no_longer():
    with talking_to(KINDS["Hangs"], time_limit=TimeLimit(0.1)) as billing:
        call = billing.call("checkBalance", billing.check_fields(ACCOUNT))

        with pytest.raises(TimeUpError):
            burst(billing, ACCOUNT, [call] * 2)


def test_the_rate_limit_is_waited_for_to_the_end_of_the_run_and_no_longer():
    with talking_to(KINDS["Page"], rate=0.001, time_limit=TimeLimit(0.3)) as billing:
        billing.read(ACCOUNT)

        with pytest.raises(TimeUpError):
            billing.read(ACCOUNT)

        assert billing.transport.requests_sent == 1
