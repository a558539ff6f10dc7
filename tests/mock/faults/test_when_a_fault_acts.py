"""Triggers: on which calls a fault acts, how often, for how long, with which chance, in which order."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from billing_mock.api.answer import Answer
from billing_mock.faults import FaultBook, FaultError, Trigger, fault_from_json
from billing_mock.faults.book import FINISHED_MAX, LIVE_MAX

ANSWER = Answer(200, "application/json", b'{"balance": 1.0}')


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def book(clock):
    return FaultBook(
        refuse=lambda status, detail: Answer(status, "text/plain", b""), clock=clock
    )


def add(book, kind="status", **settings):
    exact = {
        name: Decimal(str(value)) if isinstance(value, int | float) else value
        for name, value in settings.items()
    }
    return book.add(*fault_from_json({"kind": kind, **exact}))


async def answer():
    return ANSWER


async def fail():
    pytest.fail("the call reached the API")


def around(book, operation="debit", user_id=None, proceed=answer):
    return asyncio.run(book.around(operation, user_id, proceed))


def statuses(book, calls=1, operation="debit", user_id="anna"):
    deliveries = [around(book, operation, user_id)[0] for _ in range(calls)]
    return [each.answer.status for each in deliveries]


def test_it_acts_on_every_call_until_it_is_taken_away(book):
    placed = add(book)

    assert statuses(book, 3) == [500, 500, 500]
    assert book.remove(placed.id)
    assert statuses(book) == [200]
    assert not book.remove(placed.id)


def test_it_acts_so_many_times(book):
    add(book, times=2)

    assert statuses(book, 4) == [500, 500, 200, 200]
    assert [(each["state"], each["fired"]) for each in book.listed()] == [("spent", 2)]


def test_it_lets_the_first_calls_pass(book):
    add(book, skip=2, times=1)

    assert statuses(book, 4) == [200, 200, 500, 200]


def test_it_ends_with_its_time(book, clock):
    add(book, for_seconds=10)

    clock.now = 9.9
    assert statuses(book) == [500]
    clock.now = 10.0
    assert statuses(book) == [200]
    assert [each["state"] for each in book.listed()] == ["expired"]


def test_it_acts_on_one_operation_and_user_alone(book):
    add(book, operation="debit", user_id="anna")

    assert statuses(book, operation="check") == [200]
    assert statuses(book, user_id="boris") == [200]
    assert statuses(book, user_id=None) == [200]
    assert statuses(book) == [500]
    assert [each["matched"] for each in book.listed()] == [1]


def test_a_seed_repeats_its_chances(book):
    add(book, probability=0.5, seed=7)
    first = statuses(book, 50)
    book.reset()
    add(book, probability=0.5, seed=7)

    assert statuses(book, 50) == first
    assert {200, 500} == set(first)


def test_a_seed_that_is_not_given_is_told(book):
    add(book, probability=0.5)
    [told] = book.listed()
    first = statuses(book, 50)
    book.reset()
    add(book, probability=0.5, seed=told["seed"])

    assert statuses(book, 50) == first


def test_a_seed_repeats_its_latencies(book):
    def waits():
        book.reset()
        add(book, "latency", median_seconds=0.2, p99_seconds=2, seed=3)
        return [around(book)[0].wait_seconds for _ in range(400)]

    first = sorted(waits())

    assert sorted(waits()) == first
    assert 0.15 < first[200] < 0.27
    assert 1.0 < first[395] < 4.0


def test_faults_act_in_the_order_in_which_they_were_set(book):
    add(book, "delay", seconds=2)
    add(book, "delay", seconds=3)
    add(book, "garble_body")

    delivery, acted, _ = around(book)

    assert [each.fault.kind for each in acted] == ["delay", "delay", "garble_body"]
    assert delivery.wait_seconds == 5
    assert delivery.answer.body[:2] == b"\x00\xff"
    assert delivery.result == ANSWER


def test_a_fault_behind_one_that_ends_the_call_does_not_act(book):
    add(book, "drop_request")
    lost = add(book, "lose_response", times=1)

    around(book, proceed=fail)

    assert lost.countdown.fired == 0


def test_a_reset_brings_back_the_starting_faults():
    starting = [fault_from_json({"kind": "status", "times": Decimal(1)})]
    book = FaultBook(
        starting, refuse=lambda status, detail: Answer(status, "text/plain", b"")
    )
    add(book, "drop_request")

    assert statuses(book)[0] == 500
    book.reset()
    assert [each["kind"] for each in book.listed()] == ["status"]
    assert statuses(book, 2) == [500, 200]


def test_a_reset_of_a_user_brings_back_the_starting_faults_for_him():
    mine = fault_from_json({"kind": "status", "user_id": "anna", "times": Decimal(1)})
    book = FaultBook(
        [mine], refuse=lambda status, detail: Answer(status, "text/plain", b"")
    )

    assert statuses(book, 2) == [500, 200]
    book.reset("boris")
    assert statuses(book) == [200]
    book.reset("anna")
    assert statuses(book) == [500]


def test_there_can_only_be_so_many(book):
    for _ in range(LIVE_MAX):
        add(book)

    with pytest.raises(FaultError, match="take some away, or reset"):
        add(book)

    book.reset()
    assert add(book)


def test_a_status_after_the_effect_can_be_late_too(book):
    add(book, "status", acts="after", status=503)
    add(book, "delay", seconds=2)

    delivery, acted, _ = around(book)

    assert (delivery.answer.status, delivery.wait_seconds) == (503, 2)
    assert len(acted) == 2


def test_a_reset_of_a_user_takes_away_his_faults_alone(book):
    add(book, user_id="anna")
    add(book, user_id="boris")
    add(book, "delay", seconds=1)

    book.reset("anna")

    assert [each["user_id"] for each in book.listed()] == ["boris", None]
    assert [each["user_id"] for each in book.listed("boris")] == ["boris"]


def test_faults_that_are_over_are_forgotten_in_the_end_and_live_ones_are_not(book):
    add(book, "delay", seconds=1, operation="check")
    for _ in range(FINISHED_MAX + 10):
        add(book, times=1)
        statuses(book)

    kinds = [each["kind"] for each in book.listed()]
    assert kinds == ["delay"] + ["status"] * FINISHED_MAX


def test_a_wait_before_the_effect_that_a_reset_ends_has_no_effect(book):
    add(book, "delay", seconds=600, acts="before")
    book.waits.close()

    delivery, _, _ = around(book, proceed=fail)

    assert delivery.result is None


def test_a_trigger_has_a_seed_of_its_own():
    assert Trigger().seed != Trigger().seed
