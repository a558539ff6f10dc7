"""What the options of billing-verify make of the requests that a target sees."""

from __future__ import annotations

import json
import ssl
import threading

import pytest
import trustme

from billing_contract import load_contract
from tests.processes import run
from tests.recording import Recording, serving_tls
from tests.zoo import Service, serving
from tests.zoo.client import Client

USER = "4b4f8f0a-0d1f-4f5e-9c0f-6d6f3f6f0001"
EVERY_WAY_OUT = ("debit.exact", "race.same-ref", "ref.lost-response", "check.verdict")


def verify(url, *arguments, clauses=EVERY_WAY_OUT, cwd):
    only = [word for clause in clauses for word in ("--clause", clause)]
    return run(
        "billing_verify",
        url,
        *("--profile", "quick"),
        *only,
        *arguments,
        key=Service.key,
        cwd=cwd,
    )


def opening(url):
    return ("--account-url", f"{url}/_zoo/accounts")


@pytest.fixture
def service():
    return Recording()


@pytest.fixture
def certificates(tmp_path):
    """A CA, a server that trusts its clients, and the files that a client is given."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    client = authority.issue_cert("suite@billing.test")
    client.cert_chain_pems[0].write_to_path(tmp_path / "client.pem")
    client.private_key_pem.write_to_path(tmp_path / "client.key")
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(server)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    return server


def test_a_target_behind_tls_is_verified_in_every_way(service, certificates, tmp_path):
    with serving(service) as plain, serving_tls(service, certificates) as url:
        ended = verify(
            url,
            *opening(plain),
            *("--ca-file", tmp_path / "ca.pem"),
            *("--client-cert", tmp_path / "client.pem"),
            *("--client-key", tmp_path / "client.key"),
            cwd=tmp_path,
        )

    assert ended.returncode == 0, ended.stdout
    assert "4 of 4 must clauses executed" in ended.stdout


@pytest.mark.parametrize(
    "given", [(), ("--ca-file", "ca.pem")], ids=["no CA", "no client certificate"]
)
def test_nobody_is_trusted_unasked(service, certificates, tmp_path, given):

    with serving_tls(service, certificates) as url:
        ended = verify(url, *given, cwd=tmp_path)

    assert (ended.returncode, service.requests) == (2, [])
    assert "Could not judge" in ended.stdout


def test_headers_and_fields_go_along_with_every_request(service, tmp_path):
    with serving(service) as url:
        ended = verify(
            url,
            *opening(url),
            *("--header", "X-Tenant: blue"),
            *("--extra-field", "action=chat"),
            cwd=tmp_path,
        )

    bodies = service.bodies("/check") + service.bodies("/debit")
    assert ended.returncode == 0, ended.stdout
    assert {
        headers.get("HTTP_X_TENANT") for _, _, headers, _, _ in service.requests
    } == {"blue"}
    assert {body["action"] for body in bodies} == {"chat"}


def test_no_more_is_asked_in_a_second_than_was_allowed(service, tmp_path):
    with serving(service) as url:
        ended = verify(
            url, *opening(url), "--rate", "100", clauses=["race.same-ref"], cwd=tmp_path
        )

    moments = [moment for *_, moment in service.requests]
    burst = 8
    assert ended.returncode == 0, ended.stdout
    assert (len(moments) - burst) / (moments[-1] - moments[0]) <= 100


def test_an_answer_that_takes_longer_than_allowed_is_no_verdict(service, tmp_path):
    may_answer = threading.Event()
    service.settle = lambda order: may_answer.wait(60)

    with serving(service) as url:
        ended = verify(
            url,
            *opening(url),
            "--timeout",
            "0.2",
            clauses=["debit.shape"],
            cwd=tmp_path,
        )
        may_answer.set()

    assert ended.returncode == 2
    assert "no answer" in ended.stdout


def test_a_reading_run_sends_nothing_that_could_charge(service, tmp_path):
    with serving(service) as url, Client(url) as client:
        client.open(USER, "500")
        ended = verify(url, "--read-only", "--account", USER, clauses=(), cwd=tmp_path)

    assert ended.returncode == 3, ended.stdout
    assert {path.rpartition("/")[2] for _, path, _, _, _ in service.requests} == {
        "check",
        "balance",
    }


def test_no_failure_however_often_repeated_passes_the_budget(service, tmp_path):
    service.used = lambda account, order: False

    with serving(service) as url, Client(url) as client:
        client.open(USER, "2")
        ended = verify(
            url,
            "--account",
            USER,
            "--budget",
            "1",
            clauses=["ref.duplicate"],
            cwd=tmp_path,
        )

    assert ended.returncode != 0
    assert 0 < 2 - service.account(USER).balance <= 1


def test_a_run_of_one_clause_looks_at_open_choices_where_a_file_for_them_is_named(
    service, tmp_path
):
    file = tmp_path / "observed.json"

    with serving(service) as url:
        named = ["--observed", str(file)]
        verify(url, *opening(url), *named, clauses=["debit.shape"], cwd=tmp_path)

    assert set(json.loads(file.read_text())["observed"]) == set(
        load_contract().open_choices
    )
