"""How a connection ends, byte by byte, in process and from the command: as the fault says, and as the client did."""

from __future__ import annotations

import socket
import struct
from contextlib import closing

import pytest
import requests

from billing_mock import BillingMock
from tests.mock.servers.raw_client import (
    connect,
    payload,
    read_answer,
    read_to_end,
    request,
)
from tests.processes import running_mock


@pytest.fixture(scope="module", params=["in process", "billing-mock"])
def running(request):
    if request.param == "billing-mock":
        with running_mock() as (_, url, _):
            yield url
    else:
        with BillingMock() as mock:
            yield mock.url


@pytest.fixture
def url(running):
    requests.post(f"{running}/_mock/reset", timeout=60).raise_for_status()
    return running


def fault(url, kind, **settings):
    fault = {"kind": kind, "operation": "debit", **settings}
    requests.post(f"{url}/_mock/faults", json=fault, timeout=60).raise_for_status()


def journal(url):
    return requests.get(f"{url}/_mock/requests", timeout=60).json()["requests"]


def rules(url, **query):
    answer = requests.get(f"{url}/_mock/findings", params=query, timeout=60)
    found = answer.json()["findings"]
    return [each["rule"] for each in found]


def is_charged(url):
    answer = requests.get(f"{url}/_mock/accounts/test-user", timeout=60).json()
    return answer["balance"] == 740.0


@pytest.mark.parametrize("kind", ["drop_request", "lose_response"])
@pytest.mark.parametrize("late", [False, True])
def test_an_answer_that_is_lost_ends_with_fin_and_no_byte(url, kind, late):
    if late:
        fault(url, "delay", seconds=0.01)
    fault(url, kind)
    with closing(connect(url)) as connection:
        connection.sendall(request())

        assert read_to_end(connection) == b""
    assert is_charged(url) == (kind == "lose_response")


@pytest.mark.parametrize("kind", ["drop_request", "lose_response"])
def test_an_answer_that_is_lost_ends_with_rst_where_that_is_asked_for(url, kind):
    fault(url, kind, reset=True)
    with closing(connect(url)) as connection:
        connection.sendall(request())

        with pytest.raises(ConnectionResetError):
            read_to_end(connection)
    assert is_charged(url) == (kind == "lose_response")


def test_half_a_body_is_half_a_body(url):
    fault(url, "truncate_body")
    with closing(connect(url)) as connection:
        connection.sendall(request())
        head, _, body = read_to_end(connection).partition(b"\r\n\r\n")

    [answer] = [each["answer"].encode() for each in journal(url)]
    assert body == answer[: len(answer) // 2]
    assert f"content-length: {len(answer)}".encode() in head
    assert is_charged(url)


def test_answers_before_the_one_that_is_cut_arrive(url):
    fault(url, "lose_response", skip=1, times=1)
    refs = ["a", "b", "c"]
    with closing(connect(url)) as connection:
        connection.sendall(b"".join(request(body=payload(ref=ref)) for ref in refs))

        assert read_to_end(connection).count(b"HTTP/1.1 200") == 1
    assert [each["ref"] for each in journal(url)] == ["a", "b"]


@pytest.mark.parametrize("kind", ["delay", "slow_body"])
@pytest.mark.parametrize("header", [None, "close"])
def test_a_client_that_has_closed_its_side_alone_gets_its_late_answer(
    url, kind, header
):
    fault(url, kind, seconds=0.05)
    with closing(connect(url)) as connection:
        connection.sendall(request(Connection=header))
        connection.shutdown(socket.SHUT_WR)

        assert read_answer(connection)[0] == 200
        assert read_to_end(connection) == b""
    until(lambda: rules(url) == [])


@pytest.mark.parametrize("how", ["fin", "rst"])
@pytest.mark.parametrize("kind", ["delay", "slow_body"])
def test_a_client_that_hangs_up_during_a_delay_is_seen_at_once(url, kind, how):
    fault(url, kind, seconds=600)
    with closing(connect(url)) as connection:
        connection.sendall(request())
        until(lambda: journal(url))
        assert rules(url) == []
        if how == "rst":
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    until(lambda: rules(url) == ["lost-debit-not-retried"])
    assert is_charged(url)


def test_a_client_that_has_hung_up_stays_known_when_its_answer_was_sent(url):
    fault(url, "delay", seconds=0.05)
    with closing(connect(url)) as gone:
        gone.sendall(request(body=payload(user_id="gone")))
    with closing(connect(url)) as listening:
        listening.sendall(request())
        listening.shutdown(socket.SHUT_WR)
        assert read_answer(listening)[0] == 200

        until(lambda: rules(url, user_id="test-user") == [])

    assert rules(url) == ["lost-debit-not-retried"]


def until(holds):
    """Return once this is so; a test that waits in vain is ended by its own time-out."""
    while not holds():
        pass
