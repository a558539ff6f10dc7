"""The server and Flask's views give the same answer to anything sent, byte for byte, and the same journal."""

from __future__ import annotations

import io
from contextlib import closing
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_contract import load_contract
from billing_mock import BillingMock
from billing_mock.config.settings import Settings
from billing_mock.service import MockService
from billing_mock.tx_ids import TX_IDS
from billing_mock.web.app import create_app
from tests.mock.servers.raw_client import (
    KEY,
    connect,
    payload,
    read_answer,
    request,
)

OPERATIONS = tuple(load_contract().operations.values())
PROPER = payload()

methods = st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS", "TRACE"])
paths = st.sampled_from([operation.path for operation in OPERATIONS]) | st.sampled_from(
    [
        "/",
        "/internal/billing/debit/",
        "//internal/billing/debit",
        "/health",
        "/internal/billing/Debit",
        "/internal/billing/%64ebit",
        "/internal%2fbilling%2fdebit",
    ]
)
keys = st.none() | st.sampled_from([KEY, "", KEY + "x", "wrong", "\xff"])
types = st.none() | st.sampled_from(
    ["application/json", "APPLICATION/JSON; charset=utf-8", "text/plain", "", ";;"]
)
queries = st.sampled_from(
    [
        "user_id=test-user",
        "user_id=",
        "",
        "user_id=%ff",
        "user_id=a&user_id=b",
        "a=" * 200,
    ]
)
bodies = (
    st.binary(max_size=60)
    | st.just(PROPER)
    | st.builds(
        lambda units, ref: (
            b'{"user_id":"test-user","units":%s,"ref":"%s","reason":"x"}' % (units, ref)
        ),
        st.sampled_from(
            [b"1", b"-1", b"0", b"1e400", b"1e-400", b"true", b'"1"', b"NaN", b"743"]
        ),
        st.sampled_from([b"a", b"b", b"", b"\\u0000", b"\\ud800", "ключ".encode()]),
    )
)


def call(app, method, path, query, headers, body):  # noqa: PLR0913, PLR0917  a request has so many parts
    """Call a WSGI application as a server would."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "REQUEST_URI": f"{path}?{query}",
        "SCRIPT_NAME": "",
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8001",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": headers["Content_Type"] or "",
    }
    if headers["X_Internal_Key"] is not None:
        environ["HTTP_X_INTERNAL_KEY"] = headers["X_Internal_Key"]
    started = []
    chunks = app(
        environ, lambda *status_and_headers: started.append(status_and_headers)
    )
    answer = b"".join(chunks)
    status, answer_headers = started[-1]
    headers = {name.lower(): value for name, value in answer_headers}
    return int(status.partition(" ")[0]), headers, answer


class Pair:
    """Two mocks alike to the last digit: one with the server, one with Flask alone."""

    def __init__(self):
        self.mock = BillingMock().start()
        self.flask = MockService(Settings())
        self.app = create_app(self.flask)

    def reset(self):
        self.mock.reset()
        self.flask.reset()

    def served(self, connection, method, path, query, headers, body):  # noqa: PLR0913, PLR0917  as above
        sent = request(f"{path}?{query}", method=method, body=body, **headers)
        connection.sendall(sent)
        status, answered, answer = read_answer(connection, method)
        del answered["date"]
        return status, answered, answer


@pytest.fixture(scope="module")
def pair():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(TX_IDS, "uuid", lambda: "tx")
        both = Pair()
        yield both
        both.mock.stop()


def told(service):
    return [
        (each.method, each.path, each.query, each.body, each.status, each.verdict)
        for each in service.pipeline.journal.records()
    ]


@settings(max_examples=300)
@given(
    requests=st.lists(
        st.tuples(methods, paths, queries, keys, types, bodies), min_size=1, max_size=6
    ),
)
def test_the_server_and_flask_answer_alike(pair, requests):
    pair.reset()

    with closing(connect(pair.mock.url)) as connection:
        for method, path, query, key, content_type, body in requests:
            headers = {"X_Internal_Key": key, "Content_Type": content_type}
            parts = (method, path, query, headers, body)

            assert pair.served(connection, *parts) == call(pair.app, *parts)

    assert told(pair.mock.service) == told(pair.flask)
    assert pair.mock.service.ledger.accounts() == pair.flask.ledger.accounts()
