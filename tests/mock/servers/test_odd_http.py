"""What clients send that is odd in HTTP: it is served or refused as HTTP has it, and never charges by mistake."""

from __future__ import annotations

from contextlib import closing

import pytest

from billing_mock import BillingMock
from billing_mock.api.request import BODY_BYTES_MAX
from billing_mock.servers.http_connection import PIPELINED_MAX
from billing_mock.servers.http_request import HEAD_BYTES_MAX
from tests.mock.servers.raw_client import (
    DEBIT,
    connect,
    exchange,
    payload,
    read_answer,
    read_to_end,
    request,
)

CHUNKED = {"Content_Length": None, "Transfer_Encoding": "chunked"}


@pytest.fixture(scope="module")
def running():
    with BillingMock() as mock:
        yield mock


@pytest.fixture
def mock(running):
    running.reset()
    return running


def chunked(body, size):
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in [*parts, b""])


@pytest.mark.parametrize(
    "path",
    [
        "//internal/billing/debit",
        "/internal//billing/debit",
        "/internal%2fbilling%2fdebit",
        "/internal/billing/%64ebit",
        "/internal/billing/debit/",
        "/internal/billing/./debit",
    ],
)
def test_a_path_that_is_not_the_operations_own_is_404_and_charges_nothing(mock, path):
    status, _, _ = exchange(mock.url, request(path))

    assert status == 404
    assert mock.debits == []
    assert [each.path for each in mock.requests] == [path]


def test_an_absolute_target_is_the_path_in_it(mock):
    status, _, _ = exchange(mock.url, request(f"{mock.url}{DEBIT}"))

    assert (status, len(mock.debits)) == (200, 1)


@pytest.mark.parametrize("path", [DEBIT, "/_mock/accounts/anna"])
def test_a_header_with_an_underscore_is_another_header(mock, path):
    sent = request(path).replace(b"X-Internal-Key", b"X_Internal_Key")
    sent = sent.replace(b"Host:", b"X_Forwarded-Host: a\r\nHost:")

    status, _, _ = exchange(mock.url, sent)

    assert status == (401 if path == DEBIT else 405)
    assert mock.debits == []


def test_the_key_may_have_spaces_around_it_as_any_header(mock):
    status, _, _ = exchange(mock.url, request(X_Internal_Key="  super-secret-dev \t"))

    assert status == 200


@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_a_body_is_read_where_the_client_offers_an_upgrade(mock, framing):
    upgrade = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c"}
    bodies = [payload(ref="a"), payload(ref="b"), payload(ref="c")]
    first = (
        request(body=bodies[0], **upgrade)
        if framing == "length"
        else request(body=b"", **upgrade, **CHUNKED) + chunked(bodies[0], 7)
    )
    rest = request(body=bodies[1], **upgrade) + request(body=bodies[2])

    with closing(connect(mock.url)) as connection:
        connection.sendall(first + rest[:-40])
        statuses = [read_answer(connection)[0] for _ in range(2)]
        connection.sendall(rest[-40:])
        statuses.append(read_answer(connection)[0])

    assert statuses == [200, 200, 200]
    assert [each.ref for each in mock.debits] == ["a", "b", "c"]


@pytest.mark.parametrize("size", [1, 1000])
def test_a_body_may_come_in_chunks(mock, size):
    sent = request(body=b"", **CHUNKED) + chunked(payload(), size)

    assert exchange(mock.url, sent)[0] == 200


def test_a_request_may_come_byte_by_byte(mock):
    with closing(connect(mock.url)) as connection:
        for byte in request():
            connection.sendall(bytes([byte]))

        assert read_answer(connection)[0] == 200


def test_requests_may_come_all_at_once_and_are_answered_in_their_order(mock):
    refs = [f"r-{number}" for number in range(10 * PIPELINED_MAX)]
    with closing(connect(mock.url)) as connection:
        connection.sendall(b"".join(request(body=payload(ref=ref)) for ref in refs))
        connection.sendall(request("/_mock/accounts", method="GET", body=b""))
        connection.sendall(request(body=payload(ref="r-0"), Connection="close"))
        ends = read_to_end(connection)

    assert ends.count(b"HTTP/1.1 200") == len(refs) + 1
    assert b"HTTP/1.1 409" in ends.rpartition(b"HTTP/1.1 200")[2]
    assert [each.ref for each in mock.debits] == refs


def test_a_client_that_waits_for_continue_is_told_to_go_on_once(mock):
    sent = request(Expect="100-continue")
    head, _, body = sent.partition(b"\r\n\r\n")

    with closing(connect(mock.url)) as connection:
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert read_answer(connection)[0] == 200


@pytest.mark.parametrize("expect", [None, "100-continue"])
def test_a_body_above_the_limit_is_refused_and_its_refusal_arrives(mock, expect):
    size = 8 * BODY_BYTES_MAX
    head = request(body=b"", Content_Length=str(size), Expect=expect)

    with closing(connect(mock.url)) as connection:
        connection.sendall(head)
        if expect is None:
            connection.sendall(b" " * (size // 2))
        status, headers, body = read_answer(connection)

    assert (status, headers["connection"]) == (413, "close")
    assert b"larger than 1048576 bytes" in body
    assert [(each.path, each.status) for each in mock.requests] == [(DEBIT, 413)]


@pytest.mark.parametrize("size", [1, BODY_BYTES_MAX // 2])
def test_a_body_in_chunks_has_the_same_limit(mock, size):
    count = 3 if size > 1 else 2 * BODY_BYTES_MAX
    sent = request(body=b"", **CHUNKED) + chunked(b" " * size, size)[:-5] * count

    assert exchange(mock.url, sent)[0] == 413


@pytest.mark.parametrize("line", ["X-Long: ", "X-Many: 1\r\n"])
def test_a_head_above_the_limit_is_refused(mock, line):
    filling = line * (HEAD_BYTES_MAX // len(line)) if "\n" in line else line
    filling += "x" * HEAD_BYTES_MAX
    sent = f"GET /health HTTP/1.1\r\nHost: a\r\n{filling}".encode()

    assert exchange(mock.url, sent)[0] == 431


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"get /health HTTP/1.1\r\n\r\n", 400),
        (request(Content_Length="x"), 400),
        (request(Content_Length="-1"), 400),
        (request(Content_Length="3", Transfer_Encoding="chunked"), 400),
        (b"GET /health HTTP/2.0\r\n\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_is_refused_in_json_and_closed(mock, sent, status):
    with closing(connect(mock.url)) as connection:
        connection.sendall(sent)
        answered, headers, body = read_answer(connection)

        assert (answered, headers["content-type"]) == (status, "application/json")
        assert body.startswith(b'{"detail": ')
        assert read_to_end(connection) == b""
    assert mock.debits == []


def test_proper_requests_before_nonsense_are_answered(mock):
    with closing(connect(mock.url)) as connection:
        connection.sendall(request() + b"nonsense\r\n\r\n")

        assert [read_answer(connection)[0] for _ in range(2)] == [200, 400]


@pytest.mark.parametrize(
    ("version", "header", "stays"),
    [
        ("1.1", None, True),
        ("1.1", "close", False),
        ("1.0", None, False),
        ("1.0", "keep-alive", True),
    ],
)
def test_a_connection_is_kept_as_the_client_asks(mock, version, header, stays):
    sent = request("/health", method="GET", body=b"", Connection=header)
    sent = sent.replace(b"HTTP/1.1", f"HTTP/{version}".encode())

    with closing(connect(mock.url)) as connection:
        connection.sendall(sent)
        assert read_answer(connection)[0] == 200
        if stays:
            connection.sendall(sent)
            assert read_answer(connection)[0] == 200
        else:
            assert read_to_end(connection) == b""


def test_a_body_that_is_cut_off_is_no_debit(mock):
    with closing(connect(mock.url)) as connection:
        connection.sendall(request()[:-1])
        connection.shutdown(1)
        with pytest.raises(ConnectionError):
            read_answer(connection)

    assert (mock.debits, mock.requests) == ([], [])
