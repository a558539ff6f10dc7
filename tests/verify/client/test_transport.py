"""The way to the target, over connections that the other side may close as it likes."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from decimal import Decimal

import pytest

from billing_verify.account import TestAccount
from billing_verify.client.billing_client import BillingClient
from billing_verify.client.budget import Budget
from billing_verify.client.settling import settle
from billing_verify.client.target import Target
from billing_verify.client.transport import Transport
from billing_verify.errors import NoResponseError
from tests.recording import Recording
from tests.zoo.serving import Connection, Server


class ClosesWithoutAWord(Connection):
    """Answers one request, and hangs up on whatever comes after it."""

    def serve_one(self):
        super().serve_one()
        self.rfile.readline()
        return False


class HearsAndHangsUp(Connection):
    """Answers one request, carries the next one out, and hangs up in place of its answer."""

    def serve_one(self):
        super().serve_one()
        self.send = lambda *_answer, **_more: None
        super().serve_one()
        return False


class ClosesAtOnce(Connection):
    """Reads a request and hangs up."""

    def serve_one(self):
        self.rfile.readline()
        return False


@contextmanager
def talking_to(service, connection):
    server = Server(service)
    server.RequestHandlerClass = connection
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    target = Target(url=f"http://127.0.0.1:{server.server_address[1]}", key=service.key)
    transport = Transport(target, Budget(Decimal(5)))
    try:
        yield BillingClient(transport)
    finally:
        transport.close()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def service():
    running = Recording()
    running.open("u", Decimal(10))
    return running


def test_a_connection_that_was_closed_without_a_word_is_no_lost_answer(service):
    account = TestAccount("u", Decimal(10))

    with talking_to(service, ClosesWithoutAWord) as billing:
        billing.use_account(account)
        statuses = [billing.debit(account, units=1).status for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert len(service.bodies("/debit")) == 3


def test_a_debit_that_was_heard_before_its_connection_closed_is_not_sent_again(service):
    account = TestAccount("u", Decimal(10))

    with talking_to(service, HearsAndHangsUp) as billing:
        billing.use_account(account)
        billing.read(account)
        with pytest.raises(NoResponseError):
            billing.debit(account, units=1)
        assert len(service.bodies("/debit")) == 1
        settle(billing)

    assert service.accounts["u"].balance == 9
    assert billing.transport.trace.findings == []
    assert billing.transport.trace.unsettled == []


def test_a_debit_that_no_balance_can_tell_about_takes_a_connection_of_its_own(service):
    with talking_to(service, HearsAndHangsUp) as billing:
        account = TestAccount("u", Decimal(10))
        billing.read(account)
        response = billing.debit(account, units=1)

    assert response.status == 200
    assert len(service.bodies("/debit")) == 1


def test_what_is_sent_again_counts_twice_against_the_budget(service):
    account = TestAccount("u", Decimal(10))

    with talking_to(service, ClosesWithoutAWord) as billing:
        billing.transport.budget.count_account("u")
        billing.use_account(account)
        billing.debit(account, units=1)
        billing.debit(account, units=1)

    assert billing.transport.budget.spent == 3


def test_a_new_connection_that_is_closed_is_a_lost_answer(service):
    with talking_to(service, ClosesAtOnce) as billing, pytest.raises(NoResponseError):
        billing.read(TestAccount("u", Decimal(10)))

    assert billing.transport.requests_sent == 1
