"""The fast path and Flask's views give the same answer, byte for byte, to anything sent."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing_contract import load_contract
from billing_mock.config.settings import Settings
from billing_mock.service import MockService
from billing_mock.tx_ids import TX_IDS
from billing_mock.web.app import create_app

OPERATIONS = tuple(load_contract().operations.values())
KEY = "super-secret-dev"
PROPER = b'{"user_id": "test-user", "units": 1.5, "ref": "r", "reason": "x"}'

methods = st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS", "TRACE", "get"])
paths = st.sampled_from([operation.path for operation in OPERATIONS]) | st.sampled_from(
    [
        "/",
        "/internal/billing/debit/",
        "//internal/billing/debit",
        "/health",
        "/internal/billing/Debit",
    ]
)
keys = st.none() | st.sampled_from([KEY, "", KEY + " ", "wrong", "\xff"])
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


def call(app, method, path, *, query="", headers=None, body=b"", length=None):  # noqa: PLR0913  a request has so many parts
    """Call a WSGI application as a server would."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
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
        "CONTENT_LENGTH": str(len(body)) if length is None else length,
        **(headers or {}),
    }
    started = []
    chunks = app(
        environ,
        lambda status, headers, exc_info=None: started.append((status, dict(headers))),
    )
    answer = b"".join(chunks)
    status, answer_headers = started[-1]
    return (
        status.partition(" ")[0],
        {name.lower(): value for name, value in answer_headers.items()},
        answer,
    )


class Pair:
    """Two mocks alike to the last digit, one with the fast path and one without."""

    def __init__(self, monkeypatch):
        monkeypatch.setitem(TX_IDS, "uuid", lambda: "tx")
        self.services = [MockService(Settings()) for _ in range(2)]
        self.apps = [
            create_app(service, fast_path=fast_path)
            for service, fast_path in zip(self.services, (True, False), strict=True)
        ]

    def reset(self):
        for service in self.services:
            service.ledger.reset()


@pytest.fixture
def mocks(monkeypatch):
    return Pair(monkeypatch)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    requests=st.lists(
        st.tuples(methods, paths, queries, keys, types, bodies), min_size=1, max_size=6
    ),
)
def test_the_fast_path_and_flask_answer_alike(mocks, requests):
    mocks.reset()

    for method, path, query, key, content_type, body in requests:
        headers = {"HTTP_X_INTERNAL_KEY": key, "CONTENT_TYPE": content_type}
        headers = {name: value for name, value in headers.items() if value is not None}
        answers = [
            call(app, method, path, query=query, headers=headers, body=body)
            for app in mocks.apps
        ]

        assert answers[0] == answers[1]
        assert (
            mocks.services[0].ledger.accounts() == mocks.services[1].ledger.accounts()
        )


@pytest.mark.parametrize("length", ["", "x", "-1", "²", "99999999999999999999"])
def test_a_length_that_is_none_is_left_to_flask(length):
    service = MockService(Settings())
    headers = {"HTTP_X_INTERNAL_KEY": KEY, "CONTENT_TYPE": "application/json"}

    status, _, _ = call(
        create_app(service),
        "POST",
        "/internal/billing/debit",
        headers=headers,
        body=PROPER,
        length=length,
    )

    assert int(status) in range(400, 500)
    assert service.ledger.balance("test-user") == 742


def test_a_body_that_is_cut_off_is_no_debit():
    service = MockService(Settings())
    headers = {"HTTP_X_INTERNAL_KEY": KEY, "CONTENT_TYPE": "application/json"}
    length = str(len(PROPER) + 10)

    status, _, _ = call(
        create_app(service),
        "POST",
        "/internal/billing/debit",
        headers=headers,
        body=PROPER,
        length=length,
    )

    assert status == "400"
    assert service.ledger.balance("test-user") == Decimal("742.0")
