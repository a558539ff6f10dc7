"""A failure of a run: the requests that broke the clause, and what was expected of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing_mock import BillingMock
from billing_mock.ledger.ledger import Entry, InsufficientFundsError, Ledger
from billing_verify.results.failures import Failure
from tests.once import once
from tests.reported import Reported


@pytest.fixture(scope="module")
def unsteady(tmp_path_factory):
    """A run against a service that fails once, at its tenth debit: one of the first, random sequence."""

    def verify(folder):
        with BillingMock() as mock:
            mock.fault("status", status=500, operation="debit", skip=9, times=1)
            return Reported(
                mock.url,
                *("--profile", "quick"),
                folder=folder,
            )

    return once(tmp_path_factory, "unsteady", verify)


def test_what_happens_once_is_told_with_its_own_requests(unsteady):
    (failure,) = (
        each for each in unsteady.json["failures"] if each["clauses"] != ["http.no-5xx"]
    )

    assert failure["exchanges"][-1]["answer"]["status"] == 500
    assert failure["calls"][-1] == "POST debit -> 500"
    assert failure["actual"] == "500, and something else when sent once more"
    assert "the service is not steady" in failure["message"]
    (user_id,) = {word for word in failure["state"].split() if word.count("-") == 4}
    assert any(user_id in (each["body"] or "") for each in failure["exchanges"])


def test_a_failure_comes_back_from_its_json_unchanged(unsteady, broken):
    for fields in (*unsteady.json["failures"], *broken.json["failures"]):
        failure = Failure.from_json(fields)

        assert failure.to_json() == fields
        assert Failure.from_json(failure.to_json()) == failure


def test_what_happens_once_is_told_without_a_traceback(unsteady):
    assert "-> 500" in unsteady.ended.stdout
    assert "the service is not steady" in " ".join(unsteady.ended.stdout.split())
    assert "Traceback" not in unsteady.ended.stdout
    assert "hypothesis" not in unsteady.ended.stdout.lower()


def test_each_failing_example_is_told_alone(monkeypatch, tmp_path):
    """Two debits of the contract's own examples fail, with good ones before, between and after."""
    take, taken = Ledger.debit, []
    # The third is sent again twice, since nobody knows what became of it.
    failing = {3: ZeroDivisionError(), 7: InsufficientFundsError(Decimal(0))}

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
        "test_documented_answers.py::test_every_answer_to_a_debit_is_documented"
    }
    assert sorted((each["clauses"], each["calls"]) for each in failures) == [
        (["http.no-5xx"], ["POST debit -> 500"]),
        (["schema.responses"], ["POST debit -> 403"]),
    ]
    assert "Traceback" not in run.ended.stdout
