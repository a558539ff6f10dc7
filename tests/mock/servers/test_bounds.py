"""Many clients that are slow, silent or gone do not keep others from being served, nor the mock from stopping."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
import struct
import threading
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import requests

from billing_mock import BillingMock
from billing_mock.config.settings import Settings
from billing_mock.servers.listening import listen
from billing_mock.servers.serving import serve_until
from billing_mock.service import MockService
from tests.mock.servers.raw_client import (
    connect,
    exchange,
    payload,
    read_answer,
    read_to_end,
    request,
)
from tests.processes import running_mock

MANY = 1000
SLOW = "11111111-1111-1111-1111-111111111111"


@pytest.fixture
def open_files():
    """Let this process open some thousand sockets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4 * MANY + 500), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def sockets(open_files):
    """Return a function that opens so many connections and sends the same bytes on each."""
    with ExitStack() as stack:

        def open_many(url, data, count=MANY):
            opened = []
            for number in range(count):
                opened.append(stack.enter_context(closing(connect(url))))
                opened[-1].sendall(data.replace(b"r-0000", b"r-%04d" % number))
            return opened

        yield open_many


def test_a_thousand_of_each_kind_of_slow_client_delay_nobody_and_no_stop(sockets):
    with running_mock() as (process, url, _):
        fault = {"kind": "delay", "user_id": SLOW, "seconds": 600}
        requests.post(f"{url}/_mock/faults", json=fault, timeout=60).raise_for_status()
        sent = request(body=payload(user_id=SLOW, units="0.5", ref="r-0000"))
        half_sent = [*sockets(url, sent[:40]), *sockets(url, sent[:-5])]
        delayed = sockets(url, sent)
        while len(journal(url, user_id=SLOW)) < MANY:
            pass

        assert requests.get(f"{url}/health", timeout=60).status_code == 200
        assert exchange(url, request())[0] == 200
        answer = requests.post(f"{url}/_mock/reset", timeout=60)
        assert answer.status_code == 204
        assert {read_answer(each)[0] for each in delayed} == {200}
        assert exchange(url, request())[0] == 200

        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
        assert {read_to_end(each) for each in half_sent} == {b""}


def journal(url, **query):
    answer = requests.get(f"{url}/_mock/requests", params=query, timeout=60)
    return answer.json()["requests"]


def test_many_delayed_answers_end_with_the_mock(sockets):
    mock = BillingMock().start()
    mock.fault("delay", seconds=600)
    delayed = sockets(
        mock.url, request(body=payload(units="0.5", ref="r-0000")), count=200
    )
    while len(mock.requests) < len(delayed):
        pass

    mock.stop()

    assert {read_answer(each)[0] for each in delayed} == {200}


def test_a_delay_before_the_effect_holds_nothing_up(sockets):
    with BillingMock() as mock:
        mock.fault("delay", seconds=600, acts="before", user_id="slow")
        sockets(mock.url, request(body=payload(user_id="slow", ref="r-0000")), count=50)
        [fault] = mock.service.pipeline.faults.live
        while fault.countdown.fired < 50:
            pass

        assert exchange(mock.url, request())[0] == 200


def test_connections_above_the_limit_are_refused(monkeypatch, sockets):
    monkeypatch.setattr("billing_mock.servers.serving.CONNECTIONS_MAX", 5)
    with BillingMock() as mock:
        first = sockets(mock.url, request(), count=5)
        assert {read_answer(each)[0] for each in first} == {200, 409}

        status, headers, body = exchange(mock.url, request())
        assert (status, headers["connection"]) == (503, "close")
        assert b"too many connections are open" in body

        for each in first:
            each.close()
        while exchange(mock.url, request("/health", method="GET"))[0] != 200:
            pass


@pytest.fixture
def impatient(monkeypatch):
    """Yield a mock that waits for nobody."""
    for name in ("HALF_SENT_SECONDS_MAX", "IDLE_SECONDS_MAX"):
        monkeypatch.setattr(f"billing_mock.servers.http_connection.{name}", 0)
    monkeypatch.setattr("billing_mock.servers.http_server._SWEEP_SECONDS", 0.01)
    with BillingMock() as mock:
        yield mock


@pytest.mark.parametrize("sent", [b"GET /hea", request()[:-1]])
def test_a_request_that_does_not_come_whole_is_refused_in_the_end(impatient, sent):
    with closing(connect(impatient.url)) as connection:
        connection.sendall(sent)

        assert read_answer(connection)[0] == 408
        assert read_to_end(connection) == b""


def test_a_connection_that_is_not_used_is_closed_in_the_end(impatient):
    with closing(connect(impatient.url)) as connection:
        assert read_to_end(connection) == b""


def test_a_client_that_waits_for_a_late_answer_is_not_silent(impatient):
    impatient.delay_next(0.1)

    assert exchange(impatient.url, request())[0] == 200


def test_starting_and_stopping_leaves_nothing_behind():
    def files():
        return len(list(Path("/proc/self/fd").iterdir()))

    BillingMock().start().stop()
    before = (files(), threading.active_count())

    for _ in range(50):
        with BillingMock() as mock:
            requests.get(f"{mock.url}/health", timeout=60)
            requests.get(f"{mock.url}/_mock/accounts", timeout=60)

    assert (files(), threading.active_count()) == before


def test_a_crowd_that_arrives_waits_in_the_queue_of_the_system():
    listening = listen("127.0.0.1", 0)
    queues = []

    async def serve_for_a_moment():
        stop = asyncio.Event()

        def note():
            info = listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
            queues.extend(struct.unpack_from("I", info, 28))  # of a listener, its queue
            stop.set()

        await serve_until(stop, MockService(Settings()), listening, note)

    asyncio.run(serve_for_a_moment())

    system_max = int(Path("/proc/sys/net/core/somaxconn").read_text())
    assert queues == [min(4096, system_max)]
