"""Answers to several connections are sent together: each is whole, in its order, and none is lost where one closes."""

from __future__ import annotations

import json
from contextlib import ExitStack, closing
from decimal import Decimal

import pytest

from billing_mock import BillingMock
from tests.mock.servers.raw_client import (
    connect,
    payload,
    read_answer,
    read_to_end,
    request,
)

CONNECTIONS = 8


@pytest.fixture
def opened():
    """Yield a mock, and connections that are all open at the same time."""
    with ExitStack() as stack:
        mock = stack.enter_context(BillingMock())
        mock.fund("test-user", 1000)
        yield (
            mock,
            [
                stack.enter_context(closing(connect(mock.url)))
                for _ in range(CONNECTIONS)
            ],
        )


def debits(number, count):
    """Return the bytes of so many debits of a cent, one after the other."""
    return b"".join(
        request(body=payload(units="0.01", ref=f"r-{number}-{each}"))
        for each in range(count)
    )


def test_requests_that_come_together_are_answered_in_their_order(opened):
    mock, connections = opened
    for number, each in enumerate(connections):
        each.sendall(debits(number, 5))

    for each in connections:
        answers = [read_answer(each) for _ in range(5)]
        balances = [json.loads(body)["balance"] for _, _, body in answers]
        assert [status for status, _, _ in answers] == [200] * 5
        assert balances == sorted(balances, reverse=True)
    assert mock.balance("test-user") == 1000 - Decimal("0.01") * CONNECTIONS * 5


def test_an_answer_is_whole_where_the_connection_closes_after_it(opened):
    _, connections = opened
    for number, each in enumerate(connections):
        body = payload(units="0.01", ref=f"r-{number}")
        each.sendall(request(body=body, Connection="close"))

    for each in connections:
        assert read_answer(each)[0] == 200
        assert read_to_end(each) == b""


def test_what_was_answered_before_a_request_that_is_none_is_sent_before_the_refusal(
    opened,
):
    _, connections = opened
    for number, each in enumerate(connections):
        each.sendall(debits(number, 2) + b"nonsense\r\n\r\n")

    for each in connections:
        assert [read_answer(each)[0] for _ in range(3)] == [200, 200, 400]
        assert read_to_end(each) == b""


def test_answers_are_sent_before_a_lost_response_closes_the_connection(opened):
    mock, connections = opened
    mock.fault("lose_response", skip=CONNECTIONS, user_id="test-user")
    for number, each in enumerate(connections):
        each.sendall(debits(number, 1))
    for each in connections:
        assert read_answer(each)[0] == 200

    for each in connections:
        each.sendall(request("/health", method="GET", body=b"") + debits("lost", 1))

    for each in connections:
        assert read_answer(each)[0] == 200
        assert read_to_end(each) == b""
