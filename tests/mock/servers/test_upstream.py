"""In front of a deployment: faults, journal, findings and history around it, and its answers judged."""

from __future__ import annotations

import json
import socket
import ssl
from contextlib import closing, contextmanager
from unittest.mock import ANY

import httpx
import pytest
import trustme

from billing_mock import BillingMock, Settings
from tests.mock.journal.auditing import audit
from tests.mock.servers.raw_client import (
    connect,
    exchange,
    payload,
    read_to_end,
    request,
)
from tests.recording import serving_tls
from tests.zoo.serving import serving

KEY = "a-key-of-the-deployment"


@pytest.fixture(scope="module")
def deployment():
    with BillingMock(Settings(key=KEY)) as mock:
        yield mock


@pytest.fixture(scope="module")
def front_running(deployment):
    with BillingMock(Settings(upstream=deployment.url)) as mock:
        yield mock


@pytest.fixture
def front(front_running, deployment):
    deployment.reset()
    front_running.reset()
    return front_running


def debit(front, **fields):
    sent = request(body=payload(**fields), X_Internal_Key=KEY)
    status, headers, body = exchange(front.url, sent)
    return status, headers, json.loads(body)


def told(front):
    return front.service.record_to_json(front.requests[-1])


def test_a_debit_is_the_deployments_and_the_journal_is_here(front, deployment):
    assert debit(front)[0] == 200
    status, _, body = debit(front)

    assert (status, "r-1" in body["detail"]) == (409, True)
    assert [each.ref for each in deployment.debits] == ["r-1"]
    assert [each.status for each in front.requests] == [200, 409]
    assert [
        told(front)[name]
        for name in ("verdict", "why", "violations", "answer_violations")
    ] == [
        "refused",
        "the deployment answered 409",
        [],
        [],
    ]
    front.assert_no_findings()


def test_a_response_is_lost_over_the_deployment_and_a_request_before_it(
    front, deployment
):
    front.lose_next_response()
    front.fault("drop_request", skip=1, times=1)
    for ref, units in (("lost", "1.0"), ("dropped", "2.0")):
        with closing(connect(front.url)) as connection:
            body = payload(ref=ref, units=units)
            connection.sendall(request(body=body, X_Internal_Key=KEY))
            assert read_to_end(connection) == b""

    assert [each.ref for each in deployment.debits] == ["lost"]
    assert {each.rule for each in front.findings} == {"lost-debit-not-retried"}


@pytest.mark.parametrize(
    ("sent", "status", "why"),
    [
        (
            request(body=b'{"user_id": "test-user"}', X_Internal_Key=KEY),
            422,
            "units: is missing",
        ),
        (request(X_Internal_Key="wrong"), 401, "the deployment answered 401"),
        (request("/nowhere?a=b", X_Internal_Key=KEY), 404, "no operation of"),
        (
            request("//internal/billing/debit", X_Internal_Key=KEY),
            404,
            "no operation of",
        ),
        (request(method="PUT", X_Internal_Key=KEY), 405, "no operation of"),
    ],
)
def test_what_is_improper_is_sent_on_and_told(  # noqa: PLR0917  pytest names them
    front, deployment, sent, status, why
):
    assert exchange(front.url, sent)[0] == status

    there, here = deployment.requests[-1], front.requests[-1]
    assert (there.status, there.path, there.body) == (here.status, here.path, here.body)
    assert why in told(front)["why"]
    assert told(front)["verdict"] == "invalid"


def test_the_key_passes_and_is_kept_nowhere(front, deployment):
    fields = (
        f'{{"user_id": "{KEY}", "units": 1, "ref": "{KEY}", "reason": "x", "{KEY}": 1}}'
    )
    exchange(front.url, request(body=fields.encode(), X_Internal_Key=KEY))
    exchange(front.url, request(f"/internal/{KEY}?a={KEY}", X_Internal_Key=KEY))

    assert deployment.requests[0].status == 403
    for path in ("requests", "findings", "history", "settings"):
        assert KEY not in httpx.get(f"{front.url}/_mock/{path}").text
    assert KEY not in repr(
        [
            (each.body, each.path, each.query, each.delivery, each.fields)
            for each in front.requests
        ]
    )


def test_the_balances_are_the_deployments(front, deployment):
    answer = httpx.put(f"{front.url}/_mock/accounts/anna", json={"balance": 5})

    assert answer.status_code == 409
    assert deployment.url in answer.json()["detail"]
    assert httpx.get(f"{front.url}/_mock/accounts").json() == {"accounts": []}
    assert httpx.get(f"{front.url}/_mock/ready").json()["upstream"] == deployment.url


def test_billing_audit_explains_the_history(front):
    front.fault("lose_response", times=2, skip=1)
    for number in range(6):
        with closing(connect(front.url)) as connection:
            connection.sendall(
                request(
                    body=payload(ref=f"r-{number}"),
                    X_Internal_Key=KEY,
                    Connection="close",
                )
            )
            read_to_end(connection)

    judged = audit(httpx.get(f"{front.url}/_mock/history").content)

    assert judged.returncode == 0, judged.stdout


def answering(status, headers, body):
    def service(environ, start_response):
        start_response(status, headers)
        return [body]

    return service


@contextmanager
def in_front_of(service):
    with serving(service) as url, BillingMock(Settings(upstream=url)) as mock:
        yield mock


JSON = ("Content-Type", "application/json")


@pytest.mark.parametrize(
    ("status", "headers", "body", "violation"),
    [
        ("200 OK", [JSON], b'{"balance": "7"}', "tx_id: is missing"),
        ("200 OK", [JSON], b"{", "the body is not JSON"),
        (
            "200 OK",
            [("Content-Type", "text/html")],
            b'{"balance": 7, "tx_id": "t"}',
            "Content-Type: must be",
        ),
        ("418 Teapot", [JSON], b"{}", "status 418: not in the contract, which has 200"),
        (
            "503 Busy",
            [JSON, ("Retry-After", "7")],
            b"{}",
            "status 503: not in the contract",
        ),
    ],
)
def test_an_answer_is_passed_on_as_it_is_and_judged(status, headers, body, violation):
    with in_front_of(answering(status, headers, body)) as front:
        answered, sent, text = exchange(front.url, request())

        assert (answered, text) == (int(status[:3]), body)
        assert sent.items() >= {name.lower(): value for name, value in headers}.items()
        assert violation in "; ".join(told(front)["answer_violations"])
        assert audit(httpx.get(f"{front.url}/_mock/history").content).returncode in {
            0,
            2,
        }


def test_200_to_an_improper_request_is_a_violation_of_the_deployment():
    with in_front_of(
        answering("200 OK", [JSON], b'{"balance": 7, "tx_id": "t"}')
    ) as front:
        exchange(front.url, request(body=b'{"units": -1}'))

        assert (
            "200 to a request outside the contract"
            in told(front)["answer_violations"][0]
        )


@pytest.fixture
def behind_tls(tmp_path):
    """Yield the URL of a deployment behind TLS, and the file of the authority that signed its certificate."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    service = answering("200 OK", [JSON], b'{"balance": 7, "tx_id": "t"}')
    with serving_tls(service, server) as url:
        yield url, tmp_path / "ca.pem"


def test_a_deployment_behind_tls_is_asked_where_its_certificate_is_trusted(
    behind_tls, monkeypatch
):
    url, authority = behind_tls
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with BillingMock(Settings(upstream=url)) as front:
        assert debit(front) == (200, ANY, {"balance": 7, "tx_id": "t"})
        assert told(front)["answer_violations"] == []


def test_a_certificate_that_is_not_trusted_is_502_and_nothing_is_sent(behind_tls):
    url, _ = behind_tls
    with BillingMock(Settings(upstream=url)) as front:
        status, _, body = debit(front)

    assert status == 502
    assert "certificate verify failed" in body["detail"]
    assert "SSL_CERT_FILE" in body["detail"]


def test_a_deployment_that_is_not_there_is_502_in_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with BillingMock(Settings(upstream=url)) as front:
        status, _, body = debit(front)

        assert status == 502
        assert f"{url} cannot be reached" in body["detail"]
        assert "nothing was sent" in body["detail"]
        assert told(front)["verdict"] == "failed"
        assert httpx.get(f"{front.url}/health").status_code == 200


def test_a_deployment_that_breaks_off_is_502_in_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with (
            BillingMock(Settings(upstream=url)) as front,
            closing(connect(front.url)) as client,
        ):
            client.sendall(request(Connection="close"))
            with listening.accept()[0] as accepted:
                received = b""
                while payload() not in received:
                    received += accepted.recv(65536)
                accepted.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")
            answer = read_to_end(client)

    assert answer.startswith(b"HTTP/1.1 502")
    assert b"is unknown" in answer
    assert b"host: " + url.removeprefix("http://").encode() in received
