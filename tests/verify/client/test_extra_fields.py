"""What --extra-field makes of a body, and which requests of a run hold the field."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from billing_contract import NotJsonError, parse_json
from billing_verify.checks.expectations import FREE, TAKEN, expectation_of
from billing_verify.client.extra_fields import add_to_bytes, add_to_fields
from billing_verify.config import values
from billing_verify.errors import SettingsError
from tests.processes import run
from tests.recording import Recording
from tests.zoo import Service, serving

EXTRA = {"action": "generate"}
DEBIT = {"user_id": "u", "units": Decimal(1), "ref": "r", "reason": "x"}


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b"{}", b'{"action":"generate"}'),
        (b' {"a": 1}', b' {"action":"generate", "a": 1}'),
        (b"[{'a': 1}]", b'[{"action":"generate", \'a\': 1}]'),
        (b'{"a": 1', b'{"action":"generate", "a": 1'),
        (b"a=1&b=2", b"a=1&b=2&action=generate"),
        (b"{", b"{"),
        (b"null", b"null"),
        (b"", b""),
    ],
    ids=ascii,
)
def test_a_raw_body_gets_the_field_and_keeps_what_is_odd(body, wanted):
    assert add_to_bytes(body, EXTRA).replace(b'": "', b'":"') == wanted
    assert add_to_bytes(body, {}) == body


def test_fields_get_the_field_and_other_values_do_not():
    assert add_to_fields({"units": 1}, EXTRA) == {"units": 1, **EXTRA}
    assert add_to_fields([1], EXTRA) == [1]


def test_a_body_with_the_fields_of_the_deployment_is_proper():
    def expected(**more):
        return expectation_of(
            "debitBalance", DEBIT | more, known_user="u", extra_names=EXTRA
        )

    assert expected(**EXTRA) == TAKEN
    assert expected(**EXTRA, color="red") == FREE
    assert expected(**EXTRA, units=Decimal(-1)).refused_by == "input.negative"


def test_a_value_is_a_text_or_any_json():
    assert values.fields("extra-field", ["a=1", "b:=1.50", 'c:={"d": [null]}']) == {
        "a": "1",
        "b": Decimal("1.50"),
        "c": {"d": [None]},
    }


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["units=5"], "units is a field of the contract"),
        (["user_id=x"], "name a field that the contract does not list"),
        (["plan_id=x"], "the tests set it themselves"),
        (["action=a", "action=b"], "action is named twice"),
        (["action:=generate"], "write NAME=VALUE for a text"),
        (["action"], "must be NAME=VALUE"),
    ],
    ids=str,
)
def test_a_field_that_cannot_be_sent_along_is_told(given, words):
    with pytest.raises(SettingsError, match=words):
        values.fields("extra-field", given)


def test_a_field_of_the_contract_is_an_error_of_usage(tmp_path):
    ended = run(
        "billing_verify", "http://127.0.0.1:1", "--extra-field", "units=5", cwd=tmp_path
    )

    assert ended.returncode == 2
    assert "units is a field of the contract" in ended.stderr


def test_every_body_of_a_run_that_has_fields_has_the_field(tmp_path):
    service = Recording()

    with serving(service) as url:
        ended = run(
            "billing_verify",
            url,
            *("--account-url", f"{url}/_zoo/accounts"),
            *("--profile", "quick", "--provisional", "--strict"),
            *("--extra-field", "action=generate", "--extra-field", "version:=2.5"),
            key=Service.key,
            cwd=tmp_path,
        )

    objects = [
        fields
        for method, _, _, body, _ in service.requests
        if method == "POST" and isinstance(fields := parsed(body), dict)
    ]
    given = [each for each in objects if each.keys() >= {"action", "version"}]
    without = [set(each) for each in objects if each not in given]
    assert ended.returncode == 0, ended.stdout
    assert len(objects) > 500
    # One check without each is how the suite sees whether the deployment requires it.
    assert without == [{"user_id", "units", "version"}, {"user_id", "units", "action"}]
    assert {(each["action"], each["version"]) for each in given} == {
        ("generate", Decimal("2.5"))
    }


def parsed(body):
    """Return a body as JSON, or the message of what it is not."""
    try:
        return parse_json(body)
    except NotJsonError as error:
        return json.dumps(str(error))
