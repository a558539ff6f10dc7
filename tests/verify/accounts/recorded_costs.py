"""A pytest plugin that records what each contract test takes of the operator's accounts, beside what it declares."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from billing_verify.run.money_planner import PLAN


def pytest_addoption(parser):
    parser.addoption("--costs-file")


def pytest_configure(config):
    config.stash[ROWS] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    transport = getattr(item, "funcargs", {}).get("transport")
    if transport is None:
        return (yield)
    budget = transport.budget
    transport.read_balances(budget.users)
    shown, before = budget.shown, budget.spent
    at_most = [before]
    reserve = budget.reserve

    def recording(call):
        reservation = reserve(call)
        at_most.append(budget.spent)
        return reservation

    budget.reserve = recording
    try:
        return (yield)
    finally:
        del budget.reserve
        transport.read_balances(budget.users)
        need = item.config.stash[PLAN].needs[item.nodeid]
        taken = budget.shown - shown
        item.config.stash[ROWS].append(
            {
                "test": item.nodeid,
                "explores": need.explores,
                "taken": str(taken),
                "cost": str(need.cost),
                "at_risk": str(max(at_most) - before),
                "risk": str(need.cost + need.risk),
            }
        )


def pytest_sessionfinish(session):
    path = session.config.getoption("--costs-file")
    Path(path).write_text(json.dumps(session.config.stash[ROWS]), encoding="utf-8")


ROWS = pytest.StashKey()
