"""The one or two exchanges that decide a failure are found among all that a test sent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing_contract import render_json
from billing_verify.client.exchange import Call, Exchange, Response
from billing_verify.client.keys import WRONG_KEY
from billing_verify.comparison import Comparison
from billing_verify.results.deciding import deciding_exchanges, last_burst

BASE = "http://127.0.0.1:1/internal/billing"


def debit(ref, status, *, balance="5", burst=None):
    call = Call("POST", f"{BASE}/debit", WRONG_KEY).with_fields(
        {"user_id": "u", "units": 1, "ref": ref, "reason": "r"}
    )
    body = {"balance": Decimal(balance), "tx_id": "t"} if status == 200 else {}
    return Exchange(call, answer(status, body), burst=burst)


def check(allowed):
    call = Call("POST", f"{BASE}/check", WRONG_KEY, body=b"{}")
    return Exchange(call, answer(200, {"allowed": allowed, "balance": Decimal(5)}))


def read(balance):
    call = Call("GET", f"{BASE}/balance?user_id=u", WRONG_KEY)
    return Exchange(call, answer(200, {"balance": Decimal(balance)}))


def answer(status, body):
    return Response(status, {}, render_json(body), 0.0, 0.0)


def chosen(exchanges, *, expected=None, actual=None, relation="==", message=""):
    """Return the places of the exchanges that decide."""
    comparison = (
        None
        if actual is None
        else Comparison(expected=expected, actual=actual, relation=relation)
    )
    deciding = deciding_exchanges(exchanges, comparison, message)
    return [
        place
        for place, each in enumerate(exchanges)
        if any(each is one for one in deciding)
    ]


def test_a_wrong_status_is_decided_by_the_last_call_that_got_it():
    sent = [debit("a", 200), read("4"), debit("b", 422), read("4")]

    assert chosen(sent, expected=200, actual=422) == [2]


def test_a_used_ref_that_is_made_again_is_shown_with_the_first_time():
    sent = [debit("a", 200), debit("b", 200), read("3"), debit("a", 200)]

    assert chosen(sent, expected=409, actual=200) == [0, 3]


def test_a_burst_is_decided_by_those_that_were_answered_too_often():
    before = [debit("a", 200), *(debit("b", 409, burst=1) for _ in range(3))]
    statuses = [409, 200, 409, 409, 200, 409, 409, 409, 409, 409]
    burst = [debit("c", status, burst=2) for status in statuses]

    places = chosen(
        [*before, *burst],
        expected=[200] + [409] * 9,
        actual=sorted(statuses),
    )

    assert places == [len(before) + 1, len(before) + 4]
    assert last_burst([*before, *burst]) == burst


def test_statuses_one_after_the_other_are_decided_by_the_first_that_differs():
    sent = [
        debit("a", 200),
        read("4"),
        debit("a", 409),
        debit("a", 200),
        debit("a", 409),
    ]

    assert chosen(sent, expected=[409] * 3, actual=[409, 200, 409]) == [0, 3]


def test_verdicts_among_other_calls_are_decided_by_the_first_that_differs():
    sent = [check(allowed=True), debit("a", 200), check(allowed=False), read("5")]

    assert chosen(sent, expected=(True, True), actual=(True, False)) == [2]


def test_a_wrong_balance_is_shown_with_the_debit_before_it():
    sent = [debit("a", 200), read("4"), debit("b", 401), read("3")]

    assert chosen(sent, expected=Decimal(4), actual=Decimal(3)) == [2, 3]


def test_a_balance_that_a_debit_itself_told_is_decided_by_it():
    sent = [read("6"), debit("a", 200, balance="2")]

    assert chosen(sent, expected=Decimal(5), actual=Decimal(2)) == [1]


def test_a_sum_over_a_burst_is_decided_by_two_debits_that_were_made():
    sent = [debit(str(turn), 403 if turn < 3 else 200, burst=1) for turn in range(6)]

    assert chosen(sent, expected=Decimal(1), actual=Decimal(3), relation="<=") == [3, 4]


def test_a_story_is_decided_by_the_refs_that_it_names():
    sent = [debit("order-1", 200, burst=1), read("4"), debit("order-1", 200, burst=1)]

    assert chosen([*sent, read("3")], message="Two debits with the ref 'order-1'") == [
        0,
        2,
    ]


@pytest.mark.parametrize("message", ["", "Server error"])
def test_what_nothing_is_compared_with_is_decided_by_the_failed_answer(message):
    assert chosen([read("5"), debit("a", 500), read("5")], message=message) == [1]


def test_without_any_hint_the_last_debit_and_the_last_call_decide():
    assert chosen([debit("a", 200), read("4")], message="odd") == [0, 1]
    assert chosen([], message="odd") == []


def test_no_answer_at_all_decides_nothing_wrongly():
    lost = [Exchange(debit("a", 200).call, None, "hung up") for _ in range(2)]

    assert chosen(lost, expected=200, actual=500) == [1]
