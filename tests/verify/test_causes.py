"""Failures are put together by their likely cause, and the causes put into the order of the money at stake."""

from __future__ import annotations

from billing_contract import load_contract
from billing_verify.results.causes import BY_MONEY, FOLLOW, find_causes
from billing_verify.results.failures import (
    Failure,
    RecordedAnswer,
    RecordedExchange,
)
from billing_verify.results.records import Outcome
from billing_verify.results.verdicts import Verdicts


def exchange(body, status, *, operation="debit", key="right"):
    url = f"http://127.0.0.1:1/internal/billing/{operation}"
    answer = RecordedAnswer(status, "application/json", "{}")
    return RecordedExchange("POST", url, key, body, "curl", answer, "", "")


def failure(*clauses, deciding=(), expected="", actual=""):
    return Failure(
        test=f"test_of_{clauses[0]}",
        clauses=list(clauses),
        state="",
        calls=[],
        calls_left_out=0,
        claim="",
        expected=expected,
        actual=actual,
        message="message",
        deciding=list(deciding),
        exchanges=[],
        at_once="",
        script=None,
        timeline=None,
        timeline_text=None,
    )


def causes(*failures, deviations=None):
    """Return the clauses of each cause of these failures, in their order."""
    return [each.clauses for each in found(*failures, deviations=deviations)]


def found(*failures, deviations=None):
    verdicts = Verdicts(load_contract().clauses.values(), deviations)
    for each in failures:
        for clause in each.clauses:
            verdicts.add(clause, Outcome.FAILED, each.message, test=each.test)
    return find_causes(list(failures), verdicts.records)


def test_clauses_that_fall_with_another_are_its_cause():
    assert causes(
        failure("auth.near-miss"), failure("auth.wrong-key"), failure("auth.no-effect")
    ) == [["auth.wrong-key", "auth.no-effect", "auth.near-miss"]]


def test_where_that_one_holds_they_stand_alone():
    assert causes(failure("auth.before-validation"), failure("auth.near-miss")) == [
        ["auth.near-miss"],
        ["auth.before-validation"],
    ]


def test_a_clause_falls_with_one_other_only():
    assert causes(
        failure("race.linearizable"),
        failure("race.no-overdraft"),
        failure("race.same-ref"),
    ) == [["race.same-ref", "race.linearizable"], ["race.no-overdraft"]]


def test_the_same_call_with_the_same_wrong_status_is_one_cause():
    first = exchange('{"user_id": "a", "ref": "1", "units": null}', 500)
    same = exchange('{"user_id": "b", "ref": "2", "units": null}', 500)
    other = exchange('{"user_id": "b", "ref": "2", "units": {}}', 200)

    assert causes(
        failure("http.no-5xx", deciding=[first]),
        failure("input.wrong-type", deciding=[same], expected="422", actual="500"),
        failure("input.coercion", deciding=[other], expected="422", actual="200"),
    ) == [["http.no-5xx", "input.wrong-type"], ["input.coercion"]]


def test_calls_that_are_alike_but_wrong_in_another_way_are_two():
    call = exchange('{"user_id": "a", "ref": "1", "units": 1}', 200)

    assert causes(
        failure("debit.exact", deciding=[call], expected="9", actual="8"),
        failure("ref.duplicate", deciding=[call], expected="409", actual="200"),
    ) == [["ref.duplicate"], ["debit.exact"]]


def test_more_money_comes_first_and_what_only_should_hold_last():
    assert causes(
        failure("http.json-errors"),
        failure("debit.tx-unique"),
        failure("http.no-5xx"),
        failure("input.negative"),
        failure("ref.duplicate"),
    ) == [
        ["ref.duplicate"],
        ["input.negative"],
        ["http.no-5xx"],
        ["debit.tx-unique"],
        ["http.json-errors"],
    ]


def test_a_must_clause_names_the_cause_where_a_should_clause_leads():
    (cause,) = found(failure("race.no-false-refusal"), failure("race.linearizable"))

    assert cause.clauses == ["race.linearizable", "race.no-false-refusal"]
    assert (cause.verdict, cause.tests) == ("broken", 2)
    assert cause.hint == load_contract().clauses["race.linearizable"].hint


def test_what_was_announced_is_a_cause_of_its_own_at_the_end():
    known = found(
        failure("ref.duplicate"),
        failure("http.no-5xx"),
        deviations={"ref.duplicate": "ticket 12"},
    )

    assert [(each.clauses, each.verdict) for each in known] == [
        (["http.no-5xx"], "broken"),
        (["ref.duplicate"], "known"),
    ]


def test_a_debit_that_was_charged_decides_before_a_reading():
    reading = exchange(None, 200, operation="balance", key="wrong")
    charged = exchange("{}", 200, key="wrong")

    (cause,) = found(
        failure("auth.wrong-key", deciding=[reading]),
        failure("auth.wrong-key", deciding=[charged]),
    )

    assert cause.failures == [1, 0]


def test_every_clause_has_its_place_in_the_order_of_money():
    known = set(load_contract().clauses)

    assert sorted(BY_MONEY) == sorted(known)
    assert set(FOLLOW) <= known
    assert {each for names in FOLLOW.values() for each in names} <= known
