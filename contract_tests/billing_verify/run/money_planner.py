"""Orders the tests by what they cost, tells what there is no money for, and keeps money for later tests."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from billing_verify.errors import NotTestableError
from billing_verify.report.brief import in_columns
from billing_verify.run.fixtures import (
    ACCOUNTS,
    PRINTABLE,
    TRANSPORT,
    open_accounts,
)
from billing_verify.run.item_client import client_of
from billing_verify.run.money_plan import affordable, describe, plan_money
from billing_verify.run.pytest_options import OPTIONS
from billing_verify.run.xdist_workers import shares_tests

if TYPE_CHECKING:
    from billing_verify.client.budget import Budget
from billing_verify.run.money_plan import MoneyPlan

PLAN = pytest.StashKey["MoneyPlan"]()
_NOTHING = Decimal(0)


class MoneyPlanner:
    """A pytest plugin that makes the money plan of a run and keeps its tests to it."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Make the plan, with fewer bursts where the budget is for fewer, and put the tests into its order."""
        options = config.stash[OPTIONS]
        options = replace(options, profile=affordable(items, options))
        config.stash[OPTIONS] = options
        config.stash[PLAN] = plan_money(items, options, workers=shares_tests(config))
        items[:] = config.stash[PLAN].order

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Find the accounts, and print what there is no account or no budget for. Ends the run where there is none."""
        config = session.config
        options, plan = config.stash[OPTIONS], config.stash.get(PLAN, None)
        transport = config.stash.get(TRANSPORT, None)
        terminal: Any = config.pluginmanager.get_plugin("terminalreporter")
        if transport is None or plan is None or terminal is None:
            return
        if not any(
            "accounts" in getattr(item, "fixturenames", ()) for item in plan.order
        ):
            return
        accounts = open_accounts(transport, options, config)
        config.stash[ACCOUNTS] = accounts
        printable = config.stash[PRINTABLE]
        for text in [*describe(plan), *accounts.notes]:
            for line in in_columns(printable.text(text), subsequent_indent="   "):
                terminal.write_line(line)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Raise NotTestableError for a test that the plan has no account or no budget for."""
        reason = item.config.stash[PLAN].refused.get(item.nodeid)
        if reason:
            raise NotTestableError(reason)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Set aside what later tests may cost, as far as this test can do without it."""
        client = client_of(item)
        if client is not None:
            limit = item.config.stash[OPTIONS].profile.frugal_units
            budget = client.transport.budget
            _set_aside(item.config.stash[PLAN], item.nodeid, budget, limit)


def _set_aside(plan: MoneyPlan, node: str, budget: Budget, explored: int) -> None:
    """Keep what later tests may cost; a test that explores leaves what is beyond `explored` units."""
    need = plan.needs[node]
    if need.explores:
        budget.set_aside(max(budget.limit - explored, _NOTHING))
        return
    free = budget.limit - budget.spent - need.cost - need.risk
    budget.set_aside(max(min(plan.later.get(node, _NOTHING), free), _NOTHING))
