"""A short cut of `make attack`: the mock stands it, and the parts of the attack see what is wrong."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from billing_mock import BillingMock
from tests.attack.crowds import crowds
from tests.attack.inputs import ATTACKED, KINDS
from tests.attack.kills import kills
from tests.attack.mocks import Target
from tests.attack.soak import soak
from tests.attack.storm import storm
from tests.processes import running_mock

SEED = 7


@pytest.fixture(scope="module")
def target():
    with running_mock() as (process, url, _), Target(url, process) as target:
        yield target


def test_hostile_inputs_of_all_kinds_move_no_balance_and_meet_no_failure(target):
    found = storm(target, count=40 * len(KINDS), seed=SEED)

    assert found.wrong == []
    assert len(found.sent) == len(KINDS)
    assert sum(found.charged.values()) > 1


def test_a_crowd_delays_nobody(target):
    found = crowds(target, idle=200, each=50)

    assert found.wrong == []
    assert sum(found.standing.values()) == 350


def test_a_soak_leaves_books_that_balance(target):
    found = soak(target, seconds=1, round_seconds=1, seed=SEED)

    assert found.wrong == []
    assert (found.rounds, found.requests > 100) == (1, True)


def test_kills_leave_nothing_behind():
    found = kills(count=2, seed=SEED)

    assert found.wrong == []
    assert found.sent == {"SIGTERM": 1, "SIGKILL": 1}


def test_a_charge_that_no_proper_debit_explains_is_seen(monkeypatch):
    with BillingMock() as mock, Target(mock.url) as target:
        whole = target.open_accounts

        def open_and_charge(users, balance):
            whole(users, balance)
            target.debit(ATTACKED[0], "secret", "1")

        monkeypatch.setattr(target, "open_accounts", open_and_charge)

        found = storm(target, count=1, seed=SEED)

    assert f"{ATTACKED[0]} has lost 1" in found.wrong[-1]


def test_an_answer_of_500_is_seen():
    with BillingMock() as mock, Target(mock.url) as target:
        mock.fault("status", status=500)

        found = storm(target, count=2 * len(KINDS), seed=SEED)

    assert "500" in found.wrong[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_the_same_for_a_seed(kind):
    first, again = (kind(random.Random(SEED)) for _ in range(2))

    assert len(first.parts) == len(again.parts)
    assert all(isinstance(units, Decimal) for units in first.charges)
