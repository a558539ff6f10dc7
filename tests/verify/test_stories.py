"""The story of a failure: the requests that broke the clause, and what was to be expected of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing_mock import BillingMock
from billing_mock.ledger.ledger import Entry, InsufficientFundsError, Ledger
from billing_verify.client.exchange import Response
from billing_verify.results.comparisons import describe
from tests.reported import Reported


def response(status, body=b"{}"):
    return Response(status, {}, body, 0.0, 0.0)


@pytest.fixture(scope="module")
def unsteady(tmp_path_factory):
    """A run against a service that fails once, at its tenth debit: one of the first, random sequence."""
    with BillingMock() as mock:
        mock.fault("status", status=500, operation="debit", skip=9, times=1)
        return Reported(
            mock.url,
            *("--profile", "quick"),
            folder=tmp_path_factory.mktemp("unsteady"),
        )


def test_what_happens_once_is_told_with_its_own_requests(unsteady):
    (failure,) = unsteady.json["failures"]

    assert failure["exchanges"][-1]["answer"]["status"] == 500
    assert failure["calls"][-1] == "POST debit -> 500"
    assert failure["actual"] == "500, and something else when sent once more"
    assert "the service is not steady" in failure["message"]
    (user_id,) = {word for word in failure["state"].split() if word.count("-") == 4}
    assert any(user_id in (each["body"] or "") for each in failure["exchanges"])


def test_what_happens_once_is_told_without_a_traceback(unsteady):
    assert " was expected, and 500 came" in unsteady.ended.stdout
    assert "Traceback" not in unsteady.ended.stdout
    assert "hypothesis" not in unsteady.ended.stdout.lower()


def test_each_failing_example_is_told_alone(monkeypatch, tmp_path):
    """Two debits of the contract's own examples fail, with good ones before, between and after."""
    take, taken = Ledger.debit, []
    failing = {3: ZeroDivisionError(), 5: InsufficientFundsError(Decimal(0))}

    def debit(ledger: Ledger, entry: Entry):
        if entry.reason == "chat_message":
            taken.append(entry)
            if len(taken) in failing:
                raise failing[len(taken)]
        return take(ledger, entry)

    monkeypatch.setattr(Ledger, "debit", debit)
    with BillingMock() as mock:
        run = Reported(
            mock.url,
            *("--profile", "quick"),
            *("--clause", "http.no-5xx", "--clause", "schema.responses"),
            folder=tmp_path,
        )

    failures = run.json["failures"]
    assert {failure["test"].partition("[")[0] for failure in failures} == {
        "test_documented_answers.py::test_every_answer_is_documented"
    }
    assert sorted((each["clauses"], each["calls"]) for each in failures) == [
        (["http.no-5xx"], ["POST debit -> 500"]),
        (["schema.responses"], ["POST debit -> 403"]),
    ]
    assert "Traceback" not in run.ended.stdout


def test_a_status_is_told_with_the_answer():
    refused = response(500, '{"detail": "ошибка\\n"}'.encode())

    with pytest.raises(AssertionError) as error:
        assert refused.status == 401

    assert (
        describe(error.value)
        == '401 was expected, and 500 came: {"detail": "ошибка\\n"}'
    )


def test_bounds_are_told_as_what_came_and_what_was_expected():
    with pytest.raises(AssertionError) as some:
        assert response(400).status in {401, 422}
    with pytest.raises(AssertionError) as below:
        assert response(502, b"").status < 500
    with pytest.raises(AssertionError) as between:
        assert 400 <= response(200).status < 500
    with pytest.raises(AssertionError) as most:
        assert max(7, 5) <= Decimal(5)

    assert describe(some.value) == "401 or 422 was expected, and 400 came: {}"
    assert (
        describe(below.value) == "below 500 was expected, and 502 came: an empty body"
    )
    assert describe(between.value) == "at least 400 was expected, and 200 came: {}"
    assert describe(most.value) == "at most 5 was expected, and 7 came"


def test_a_field_is_told_with_the_answer():
    with pytest.raises(AssertionError) as error:
        assert response(200, b'{"allowed": true}').allowed is False

    assert (
        describe(error.value) == 'False was expected, and True came: {"allowed": true}'
    )


def test_amounts_are_told_plainly():
    left = Decimal("4.50")

    with pytest.raises(AssertionError) as error:
        assert left == pytest.approx(Decimal(5), abs=Decimal("0.005"))

    assert describe(error.value) == "5 was expected, and 4.50 came"


def test_lists_are_told_whole_and_without_a_drawing():
    with pytest.raises(AssertionError) as error:
        assert [200, 200] == [200, 409]

    assert describe(error.value) == "[200, 409] was expected, and [200, 200] came"


def test_the_drawing_of_a_difference_is_left_out():
    message = "assert {'plan': 1} == {'plan': 2}\n  \n  Differing items:\n  1 != 2"

    drawn = AssertionError(f"{message}\n  \n  Full diff:\n    {{\n  -     'plan': 2,")

    assert describe(drawn) == message


def test_a_sentence_stays_as_it_is():
    assert describe(AssertionError("balance: is missing")) == "balance: is missing"


def test_what_was_cut_is_told_with_what_follows():
    message = "assert [10,..., 7] == [10,..., 8]\n  \n  At index 3 diff: 7 != 8"

    assert describe(AssertionError(message)) == message
