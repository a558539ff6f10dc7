"""A request: its body is parsed once, for the API, for faults and for the journal."""

from __future__ import annotations

import gc
import weakref

import pytest

from billing_contract import NotJsonError
from billing_mock.api import request as request_module
from billing_mock.api.request import Request
from billing_mock.api.request_fields import NO_FIELDS

DEBIT = '{"user_id": "anna", "units": 1, "ref": "%s", "reason": "x"}'
UNREADABLE = ["{", "[1]", "7", '{"units": NaN}', "\\xff"]


@pytest.fixture
def parsed(monkeypatch):
    """Return the list of the bodies that are parsed from now on."""
    bodies = []
    parse_json = request_module.parse_json

    def parse(raw):
        bodies.append(raw)
        return parse_json(raw)

    monkeypatch.setattr(request_module, "parse_json", parse)
    return bodies


def test_a_body_is_parsed_once():
    request = Request(None, "", None, b'{"user_id": "anna"}')
    broken = Request(None, "", None, b"{")

    assert request.json() is request.json()
    assert request.fields is request.fields
    with pytest.raises(NotJsonError) as first:
        broken.json()
    with pytest.raises(NotJsonError) as second:
        broken.json()
    assert str(first.value) == str(second.value)
    assert broken.fields == NO_FIELDS


@pytest.mark.parametrize("with_fault", [False, True], ids=["no fault", "a fault"])
@pytest.mark.parametrize("body", [DEBIT % "r", "{}", *UNREADABLE])
def test_a_body_is_parsed_once_for_api_faults_and_journal(
    client, parsed, with_fault, body
):
    if with_fault:
        client.control("POST", "faults", json={"kind": "status", "user_id": "boris"})
    client.post("debit", body)

    client.control("GET", "requests")
    client.control("GET", "requests?user_id=anna")
    client.control("GET", "findings")

    assert parsed == [body.encode()]


def test_a_body_that_the_api_does_not_read_is_parsed_for_the_journal_alone(
    client, parsed
):
    client.post("debit", DEBIT % "r", key="wrong")
    assert parsed == []

    client.control("GET", "requests")
    client.control("GET", "findings")

    assert len(parsed) == 1


@pytest.mark.parametrize("with_fault", [False, True], ids=["no fault", "a fault"])
@pytest.mark.parametrize(
    "body", [b'{"user_id": "anna", "units": 1}', b"{"], ids=["JSON", "not JSON"]
)
def test_a_request_is_freed_when_it_is_answered(client, with_fault, body):
    if with_fault:
        client.control("POST", "faults", json={"kind": "garble_body"})
    service = client.service
    operation = service.contract.operations["checkBalance"]
    request = type("Request", (Request,), {"__slots__": ("__weakref__",)})(
        "a-secret-of-ours", "", "application/json", body
    )
    gone = weakref.ref(request)
    gc.disable()
    try:
        service.pipeline.handle(operation, request)
        del request

        assert gone() is None
    finally:
        gc.enable()
