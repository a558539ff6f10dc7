"""A clock to turn: plans end without waiting, and the times of what is booked and journaled follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from billing_contract import load_contract
from billing_mock import BillingMock, Settings
from billing_mock.config.choices import Choices
from tests.mock.gateway_calls import headers, payload, with_requests

PLAN = {"plan_code": "base750", "expires_at": "+30d", "status": "active"}


@pytest.fixture
def mock_that():
    """Return a function: a running mock that tells ended plans as this option of expired-plan has it."""
    running = []

    def start(option="unchanged"):
        choices = Choices(load_contract(), {"expired-plan": option})
        running.append(BillingMock(Settings(choices=choices)).start())
        running[-1].fund("anna", 5, plan=PLAN)
        return running[-1]

    yield start
    for each in running:
        each.stop()


def plan(mock, user_id="anna"):
    answer = httpx.get(
        f"{mock.url}/internal/billing/balance?user_id={user_id}",
        headers=headers(mock.key),
    )
    return answer.json()["plan"]


def turn(mock, **fields):
    return httpx.put(f"{mock.url}/_mock/clock", json=fields)


def test_a_plan_ends_when_the_clock_passes_its_end(mock_that):
    mock = mock_that("expired")
    before = plan(mock)

    mock.clock.forward(timedelta(days=29))
    assert plan(mock) == before
    mock.clock.forward(timedelta(days=1, seconds=1))

    assert plan(mock) == {**before, "status": "expired"}


@pytest.mark.parametrize(("option", "told"), [("unchanged", "active"), ("gone", None)])
def test_what_is_told_of_an_ended_plan_is_an_open_choice(mock_that, option, told):
    mock = mock_that(option)

    turn(mock, forward="31d")

    assert (plan(mock) or {}).get("status") == told


def test_what_is_opened_and_applied_counts_from_the_time_that_the_clock_shows(
    mock_that,
):
    mock = mock_that("expired")
    turn(mock, now="2040-01-01T00:00:00Z")

    mock.fund("boris", 5, plan=PLAN)
    body = {"user_id": "clara", "plan_id": "base750"}
    apply = f"{mock.url}/internal/billing/plan/apply"
    applied = httpx.post(apply, json=body, headers=headers(mock.key))

    assert applied.status_code == 200
    for user_id in ("boris", "clara"):
        told = plan(mock, user_id)
        assert (told["expires_at"][:10], told["status"]) == ("2040-01-31", "active")


def test_transactions_and_requests_have_its_time_and_findings_do_not_go_by_it(
    mock_that,
):
    mock = mock_that()
    mock.lose_next_response()
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(
            f"{mock.url}/internal/billing/debit",
            content=payload(ref="lost"),
            headers=headers(mock.key),
        )
    turn(mock, now="2040-01-01T00:00:00Z")

    with_requests(mock.url, mock.key, payload(ref="lost"))
    with_requests(mock.url, mock.key, payload(ref="late"))

    times = [mock.debits[-1].at, mock.requests[-1].at]
    assert {datetime.fromtimestamp(at, UTC).date().isoformat() for at in times} == {
        "2040-01-01"
    }
    mock.assert_no_findings()


def test_a_reset_sets_it_to_the_time_of_day_and_one_of_a_user_does_not(mock_that):
    mock = mock_that()
    turn(mock, forward="40d")

    mock.reset("anna")
    assert mock.clock.ahead == timedelta(days=40)
    mock.reset()

    assert mock.clock.ahead == timedelta(0)


@pytest.mark.parametrize(
    ("fields", "ahead"),
    [
        ({"forward": "40d"}, timedelta(days=40)),
        ({"forward": "-2h"}, timedelta(hours=-2)),
        ({"forward": "+90m"}, timedelta(minutes=90)),
        ({"forward": "45s"}, timedelta(seconds=45)),
    ],
)
def test_it_is_turned_by_so_much(mock_that, fields, ahead):
    told = turn(mock_that(), **fields).json()

    assert told["ahead_seconds"] == ahead.total_seconds()


def test_it_goes_on_from_the_moment_that_it_was_set_to(mock_that):
    mock = mock_that()

    told = turn(mock, now="2040-01-01T02:00:00+02:00").json()
    later = httpx.get(f"{mock.url}/_mock/clock").json()

    assert told["now"].startswith("2040-01-01T00:00:0")
    assert told["now"] < later["now"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, 'send {"now"'),
        ({"now": "2040-01-01T00:00:00Z", "forward": "1d"}, 'send {"now"'),
        ({"forward": 40}, "forward"),
        ({"forward": "40"}, "such as 40d or -2h, not '40'"),
        ({"forward": "9999999999d"}, "must stay in the years 1970 to 9999"),
        ({"forward": "-99999d"}, "must stay in the years 1970 to 9999"),
        ({"now": "2040-01-01T00:00:00"}, "date-time with a zone"),
        ({"now": "0001-01-01T00:00:00Z"}, "must stay in the years 1970 to 9999"),
        ({"now": "tomorrow"}, "date-time with a zone"),
        ({"later": "1d"}, "later"),
    ],
)
def test_a_wrong_turn_is_refused_and_turns_nothing(mock_that, fields, words):
    mock = mock_that()

    refused = turn(mock, **fields)

    assert (refused.status_code, mock.clock.ahead) == (422, timedelta(0))
    assert words in refused.json()["detail"]


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="must have a zone"):
        BillingMock().clock.set(datetime(2040, 1, 1))  # noqa: DTZ001  that is the mistake
