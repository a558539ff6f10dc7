"""Any bytes, as body, path, query or header, make no 5xx and move no balance: over a real socket."""

from __future__ import annotations

import http.client
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_mock import BillingMock

HEAD = b"POST /internal/billing/debit HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture(scope="module")
def mock():
    with BillingMock() as running:
        yield running


def send(mock, raw):
    """The status of the answer to raw bytes; None where the server just hung up."""
    port = int(mock.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        response = http.client.HTTPResponse(connection)
        try:
            response.begin()
        except (http.client.HTTPException, ConnectionError, ValueError):
            return None
        return response.status


def untouched(mock):
    return {
        user: balance for user, (balance, _) in mock.service.ledger.accounts().items()
    } == {
        "11111111-1111-1111-1111-111111111111": 742,
        "test-user": 742,
    }


@settings(max_examples=150)
@given(body=st.binary(max_size=300), key=st.sampled_from([b"super-secret-dev", b"no"]))
def test_any_body(mock, body, key):
    head = (
        HEAD
        + b"Content-Type: application/json\r\nX-Internal-Key: %s\r\nContent-Length: %d\r\n\r\n"
        % (key, len(body))
    )

    assert send(mock, head + body) in range(400, 500)
    assert untouched(mock)


@settings(max_examples=150)
@given(name=st.from_regex(rb"\A[A-Za-z-]{1,20}\Z"), value=st.binary(max_size=100))
def test_any_header(mock, name, value):
    status = send(
        mock, HEAD + name + b": " + value + b"\r\nContent-Length: 2\r\n\r\n{}"
    )

    assert status is None or status < 500 or status == 505
    assert untouched(mock)


@settings(max_examples=150)
@given(
    path=st.binary(max_size=60),
    query=st.binary(max_size=60),
    method=st.sampled_from([b"GET", b"POST", b"BREW"]),
)
def test_any_path_and_query(mock, path, query, method):
    line = method + b" /" + path + b"?" + query + b" HTTP/1.1\r\n"

    status = send(
        mock, line + b"Host: localhost\r\nX-Internal-Key: super-secret-dev\r\n\r\n"
    )

    assert status is None or status < 500 or status in {501, 505}
    assert untouched(mock)


@settings(max_examples=100)
@given(raw=st.binary(max_size=200))
def test_any_bytes_at_all(mock, raw):
    status = send(mock, raw)

    assert status is None or status < 500 or status in {501, 505}
    assert untouched(mock)
