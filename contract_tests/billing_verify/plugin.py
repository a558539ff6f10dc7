"""The pytest plugin of the contract tests: its hooks, and the fixtures that it makes known."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from billing_verify.checks.schemathesis_checks import seed_generation
from billing_verify.client.time_limit import TimeLimit
from billing_verify.config.profiles import scaled_for
from billing_verify.config.secrets import secrets_of
from billing_verify.errors import SettingsError
from billing_verify.printable import Printable
from billing_verify.results.comparisons import AssertComparisons
from billing_verify.results.run_facts import RunFacts
from billing_verify.results.verdicts import Exit
from billing_verify.run.fixtures import (
    COMPARISONS,
    FACTS,
    PRINTABLE,
    TIME_LIMIT,
    TRANSPORT,
    accounts,
    billing,
    named_target,
    observed,
    open_transport,
    options,
    plan_id,
    profile,
    target,
    transport,
)
from billing_verify.run.hypothesis_examples import record_examples
from billing_verify.run.hypothesis_profile import (
    choose_seed,
    load_hypothesis_profile,
)
from billing_verify.run.internal_errors import InternalErrors
from billing_verify.run.item_reports import ItemReports
from billing_verify.run.junit import JunitProperties
from billing_verify.run.money_planner import MoneyPlanner
from billing_verify.run.progress import Progress
from billing_verify.run.pytest_options import (
    BRIEF,
    OPTIONS,
    RECORDER,
    add_options,
    add_plain_options,
    read_options,
)
from billing_verify.run.recorder import Recorder
from billing_verify.run.selection import is_asked_for, is_in_vain
from billing_verify.run.xdist_workers import (
    Workers,
    refuse_too_many_workers,
    shares_tests,
)

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


__all__ = [
    "accounts",
    "billing",
    "observed",
    "options",
    "plan_id",
    "profile",
    "target",
    "transport",
]


pytest_plugins = ("billing_verify.run.account_fixtures",)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options, each as --billing-NAME."""
    add_options(parser)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    parser: pytest.Parser,
) -> Generator[None, object, object]:
    """Declare the command's own names after all others; not called if a conftest names us."""
    result = yield
    add_plain_options(parser)
    return result


def _declare_marks(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "clause(*ids): the clauses of the contract that the test tests"
    )
    config.addinivalue_line(
        "markers",
        "observes(id): the open choice that the test observes, which the document leaves to the service",
    )
    config.addinivalue_line(
        "markers",
        "costs(cents, risk, explores): what the test takes of an account of the operator at most",
    )
    config.addinivalue_line(
        "markers", "provisional: tests an operation that the document only hints at"
    )


def _refuse_without_claims(config: pytest.Config) -> None:
    """End pytest where every contract test would pass, since no `assert` of it is executed."""
    if sys.flags.optimize and config.getoption("assertmode") == "plain":
        pytest.exit(
            "Could not judge: python -O leaves the claims of the contract tests out where pytest does not rewrite them; "
            "run without -O, or without --assert=plain",
            returncode=Exit.COULD_NOT_JUDGE,
        )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks, and set Hypothesis up for tests against a network.

    Raises UsageError for options that cannot be used, and ends pytest where no claim would be looked at.
    """
    _refuse_without_claims(config)
    _declare_marks(config)
    try:
        chosen = config.stash.get(OPTIONS, None) or read_options(config)
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from None
    refuse_too_many_workers(config, chosen)
    config.stash[OPTIONS] = chosen
    seed = choose_seed(config)
    seed_generation(seed)
    config.stash[FACTS] = RunFacts(seed=seed)
    config.stash[TIME_LIMIT] = TimeLimit(chosen.max_time)
    config.stash[COMPARISONS] = AssertComparisons()
    config.stash[PRINTABLE] = Printable(secrets_of(chosen))
    config.pluginmanager.register(ItemReports(config), "billing-item-reports")
    config.pluginmanager.register(Workers(config.stash[FACTS]), "billing-workers")
    config.pluginmanager.register(MoneyPlanner(), "billing-money")
    recorder = Recorder(config, chosen)
    config.pluginmanager.register(recorder, RECORDER)
    config.pluginmanager.register(
        JunitProperties(recorder, config.stash[FACTS]), "billing-junit"
    )
    config.pluginmanager.register(InternalErrors(config), "billing-internal-errors")
    load_hypothesis_profile(chosen.profile)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Check at once that a named target answers and accepts the key; generate less for a slow one.

    Ends the run where the target cannot be tested.
    """
    options = session.config.stash[OPTIONS]
    terminal: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.stash.get(BRIEF, False) and terminal is not None:
        session.config.pluginmanager.register(Progress(terminal), "billing-progress")
    # Once more, after the option --hypothesis-profile of pytest has loaded one.
    load_hypothesis_profile(options.profile)
    if options.url is None or options.plan:
        return
    transport = open_transport(
        named_target(options, session.config), options, session.config
    )
    if shares_tests(session.config):
        transport.close()
    else:
        session.config.stash[TRANSPORT] = transport
        session.config.add_cleanup(transport.close)
    facts = session.config.stash[FACTS]
    profile = scaled_for(options.profile, facts.latency)
    if profile != options.profile:
        session.config.stash[OPTIONS] = replace(options, profile=profile)
        note = (
            f"The target takes {facts.latency:.2f} s to answer, so that less is generated: {profile.examples} "
            f"examples in place of {options.profile.examples}, {profile.rounds} rounds in place of {options.profile.rounds}."
        )
        facts.notes.append(note)
        if terminal is not None:  # a worker has none
            terminal.write_line(note)
        load_hypothesis_profile(profile)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out files whose tests were not asked for."""
    options = config.stash[OPTIONS]
    if collection_path.name.startswith("test_provisional") and not options.provisional:
        return True
    is_file = collection_path.suffix == ".py"
    return True if is_file and is_in_vain(collection_path, options) else None


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out the tests that were not asked for: of provisional operations, and of other clauses."""
    options = config.stash[OPTIONS]
    left_out = [item for item in items if not is_asked_for(item, options)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Run a test, and keep what each of its failures came of."""
    with record_examples(item, item.config.stash[COMPARISONS]):
        return (yield)


def pytest_report_teststatus(
    report: pytest.TestReport, config: pytest.Config
) -> tuple[str, str, str] | None:
    """Print no letter for a test where the verdict alone is to be shown; progress is told otherwise."""
    if not config.stash.get(BRIEF, False):
        return None
    category = report.outcome if report.when == "call" or not report.passed else ""
    return category, "", ""


def pytest_assertrepr_compare(
    config: pytest.Config, op: str, left: object, right: object
) -> None:
    """Note the two sides of an `assert` that fails now; how pytest prints them stays as it is."""
    config.stash[COMPARISONS].note(left, op, right)
