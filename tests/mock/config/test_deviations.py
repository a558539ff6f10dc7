"""A mock with deviations: what each of them does, told at the start, and a text that is none."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from billing_contract import load_contract
from billing_contract.deviations import DEVIATIONS, DeviationError, explains
from billing_mock import BillingMock, Settings
from billing_mock.cli import main
from billing_mock.config.choices import Choices
from billing_mock.config.deviations import Deviations
from tests.processes import running_mock
from tests.zoo.client import KEY, Client, order

USER = "test-user"
DEBIT, CHECK = "/internal/billing/debit", "/internal/billing/check"
BALANCE = f"/internal/billing/balance?user_id={USER}"


@pytest.fixture
def deviating():
    """Return a function that starts a mock with these deviations and options, and returns a client of it."""
    running = []

    def start(*texts, **choices):
        settings = Settings(
            deviations=Deviations(texts),
            choices=Choices(
                load_contract(),
                {name.replace("_", "-"): option for name, option in choices.items()},
            ),
        )
        mock = BillingMock(settings).start()
        mock.fund(USER, 10)
        client = Client(mock.url)
        running.extend((client.connection.close, mock.stop))
        return client

    yield start
    for end in running:
        end()


def without_ref(**more):
    fields = order(USER, "r", 1)
    del fields["ref"]
    return fields | more


@pytest.mark.parametrize("choice", ["ignored", "refused"])
def test_a_field_is_required_in_every_body(deviating, choice):
    client = deviating(
        "required-field=action", "required-field=model", unknown_fields=choice
    )
    more = {"action": "generate", "model": "m"}

    status, body = client.debit(USER, "r")

    assert (status, body["detail"]) == (422, "action: is missing")
    assert client.call("POST", DEBIT, order(USER, "r", 1) | more).status == 200
    assert client.call("POST", CHECK, {"user_id": USER, "units": 1}).status == 422


def test_a_required_field_is_no_finding(deviating):
    client = deviating("required-field=action")

    client.call("POST", DEBIT, {**order(USER, "r", 1), "action": "generate"})
    client.call(
        "POST", DEBIT, {**order(USER, "s", 1), "action": "generate", "color": 1}
    )

    found = client.call("GET", "/_mock/findings").body["findings"]
    assert len(found) == 1
    assert "color" in found[0]["explanation"]


def test_a_debit_needs_no_ref(deviating):
    client = deviating("ref-optional")

    first = client.call("POST", DEBIT, without_ref())
    again = client.call("POST", DEBIT, without_ref())
    of_null = client.call("POST", DEBIT, without_ref(ref=None))

    assert (first.status, again.status, of_null.status) == (200, 200, 422)
    assert client.balance(USER) == 8


def test_a_ref_may_be_null(deviating):
    client = deviating("ref-null")

    assert client.call("POST", DEBIT, without_ref(ref=None)).status == 200
    assert client.call("POST", DEBIT, without_ref()).status == 422
    assert client.call("POST", DEBIT, without_ref(ref="")).status == 422
    assert client.balance(USER) == 9


@pytest.mark.parametrize(("value", "balance"), [("first", 9), ("current", 8)])
def test_a_duplicate_is_answered_as_the_first_and_charges_nothing(
    deviating, value, balance
):
    client = deviating(f"duplicate-200={value}")
    first = client.debit(USER, "r")
    client.debit(USER, "s")

    again = client.debit(USER, "r", units=500)

    assert again == (200, {"balance": balance, "tx_id": first.body["tx_id"]})
    assert client.balance(USER) == 8


def test_the_reason_of_a_refusal_is_an_object(deviating):
    client = deviating("error-object=error.code,message")

    answer = client.debit(USER, "r", units=500)

    assert answer.status == 403
    assert answer.body["error"]["code"] == "insufficient_funds"
    assert answer.body["error"]["message"].startswith("too little money")


def test_what_is_wrong_with_fields_stays_a_list(deviating):
    client = deviating("error-object=detail.code,message", error_body="detail-list")

    assert isinstance(client.debit(USER, "r", units=0).body["detail"], list)
    assert client.debit(USER, "r", units=500).body["detail"]["code"]


def test_statuses_are_others(deviating):
    client = deviating("status=403:402", "status=422:400", malformed_json="422")

    assert client.debit(USER, "r", units=500).status == 402
    assert client.debit(USER, "r", units=0).status == 400
    assert client.call("POST", DEBIT, b"{").status == 400


@pytest.mark.parametrize(
    ("text", "statuses"),
    [("wrong-key-accepted", (200, 401)), ("missing-key-accepted", (401, 200))],
)
def test_a_key_is_not_looked_at(deviating, text, statuses):
    client = deviating(text)

    wrong = client.call("GET", BALANCE, headers={"X-Internal-Key": "wrong"})
    missing = client.call("GET", BALANCE, headers={})

    assert (wrong.status, missing.status) == statuses


@pytest.mark.parametrize(
    ("value", "choice", "shown"),
    [
        ("shortest", "decimal-point", "10.0"),
        ("shortest", "integer", "10"),
        ("two-decimals", "integer", "10.00"),
    ],
)
def test_balances_are_texts(deviating, value, choice, shown):
    client = deviating(f"balance-as-text={value}", whole_numbers=choice)

    assert client.statement(USER).body["balance"] == shown
    assert client.check(USER, 1).body == {"allowed": True, "balance": shown}


def test_units_may_be_a_text(deviating):
    client = deviating("units-as-text")

    assert client.debit(USER, "r", units="2.50").body["balance"] == 7.5
    assert client.debit(USER, "s", units="-1").status == 422
    assert client.debit(USER, "t", units="two").status == 422
    assert client.debit(USER, "u", units="true").status == 422


@pytest.mark.parametrize(
    ("text", "asked", "goal"),
    [
        ("slash-dropped=307", f"{CHECK}/", CHECK),
        ("slash-added=301", CHECK, f"{CHECK}/"),
    ],
)
def test_a_path_is_redirected(deviating, text, asked, goal):
    client = deviating(text)
    fields = {"user_id": USER, "units": 1}
    client.connection.request("POST", f"{asked}?a=1", b"{}", KEY)

    response = client.connection.getresponse()
    response.read()

    requests = client.call("GET", "/_mock/requests").body["requests"]
    assert response.status == int(text[-3:])
    assert response.headers["Location"] == f"{goal}?a=1"
    assert client.call("POST", goal, fields).body["allowed"]
    assert [each["path"] for each in requests] == [asked]
    assert client.call("PUT", goal, fields).status == 405


def test_the_start_and_the_settings_tell_that_the_contract_is_not_kept():
    with (
        running_mock("--deviation", "required-field=action") as (_, url, greeting),
        Client(url) as client,
    ):
        settings = client.call("GET", "/_mock/settings", headers=KEY).body

    assert "does not keep contract" in greeting.splitlines()[0]
    assert "required-field=action: A body without the field NAME" in greeting
    assert settings["deviations"] == {
        "required-field=action": DEVIATIONS["required-field"].text
    }


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["colour"], "'colour' is no deviation; there are: required-field=NAME"),
        (["required-field"], "write required-field=NAME"),
        (["ref-null=yes"], "ref-null takes no value"),
        (["duplicate-200=last"], "write duplicate-200=BALANCE"),
        (["status=403:200"], "write status=DOCUMENTED:ANSWERED"),
        (["duplicate-200=first", "duplicate-200=current"], "is given twice"),
    ],
    ids=str,
)
def test_a_text_that_is_no_deviation_is_told(texts, words):
    with pytest.raises(DeviationError, match=words):
        Deviations(texts)


def test_a_wrong_deviation_is_an_error_of_usage():
    ended = CliRunner().invoke(main, ["--port", "0", "--deviation", "colour"])

    assert (ended.exit_code, "is no deviation" in ended.output) == (2, True)


def test_what_a_deviation_explains_are_clauses_of_the_contract():
    clauses = load_contract().clauses

    for each in DEVIATIONS.values():
        for known in each.explains:
            assert known in clauses or any(
                known.endswith(".") and clause.startswith(known) for clause in clauses
            )
    assert explains(("ref-null",), "input.wrong-type")
    assert not explains(("ref-null",), "debit.exact")
    assert explains(("status=403:402",), "debit.insufficient")
    assert not explains(("status=403:402",), "input.zero")
    assert not explains(("duplicate-200=first",), "ref.exact")
