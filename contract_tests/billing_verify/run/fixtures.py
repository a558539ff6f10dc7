"""The fixtures of contract tests, and how they end a run for which no verdict is possible."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_DOWN
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from billing_contract import __version__, load_contract
from billing_verify.amounts import CENT
from billing_verify.client.billing_client import BillingClient
from billing_verify.client.budget import Budget
from billing_verify.client.time_limit import TimeLimit
from billing_verify.client.trace import Trace
from billing_verify.client.transport import Transport
from billing_verify.config.secrets import secrets_of
from billing_verify.errors import CannotJudgeError, TargetError, TimeUpError
from billing_verify.observations import Observed
from billing_verify.printable import Printable
from billing_verify.results.comparisons import AssertComparisons
from billing_verify.results.run_facts import RunFacts
from billing_verify.run.access import check_access
from billing_verify.run.account_sources import unit_of
from billing_verify.run.preflight import find_accounts
from billing_verify.run.pytest_options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from billing_verify.accounts.sources import Accounts
    from billing_verify.client.target import Target
    from billing_verify.config.options import Options
    from billing_verify.config.profiles import Profile

COMPARISONS = pytest.StashKey[AssertComparisons]()
FACTS = pytest.StashKey[RunFacts]()
TRANSPORT = pytest.StashKey["Transport"]()
"""The transport that was opened before the tests, where there is one."""

ACCOUNTS = pytest.StashKey["Accounts"]()
"""The accounts that were found before the tests, where they were."""
PRINTABLE = pytest.StashKey[Printable]()
TIME_LIMIT = pytest.StashKey[TimeLimit]()


class Stopped(pytest.exit.Exception):  # type: ignore[name-defined, misc]
    """Ends the run.

    pytest prints the class with its module, but a builtin class without one; so this names itself one.
    """

    __module__ = "builtins"


@pytest.fixture(scope="session")
def options(pytestconfig: pytest.Config) -> Options:
    """Return what the operator asked for; in a worker process, the part that it may use."""
    return share_of_worker(
        pytestconfig.stash[OPTIONS], getattr(pytestconfig, "workerinput", None)
    )


@pytest.fixture(scope="session")
def target(options: Options, pytestconfig: pytest.Config) -> Target:
    """Return the deployment under test. Ends the run where none can be used."""
    return named_target(options, pytestconfig)


@pytest.fixture(scope="session")
def transport(
    target: Target,
    options: Options,
    pytestconfig: pytest.Config,
    record_testsuite_property: Callable[[str, object], None],
) -> Iterator[Transport]:
    """Yield the transport to the deployment, once that answers and accepts the key. Ends the run otherwise.

    Afterwards its figures (overlaps, units spent, requests) are added to the facts of the run.
    """
    facts = pytestconfig.stash[FACTS]
    transport = pytestconfig.stash.get(TRANSPORT, None) or open_transport(
        target, options, pytestconfig
    )
    contract = load_contract()
    record_testsuite_property("suite", __version__)
    record_testsuite_property("contract", f"{contract.version} {contract.sha256}")
    record_testsuite_property("target", facts.target)
    record_testsuite_property("started", facts.started.isoformat(timespec="seconds"))
    record_testsuite_property("seed", facts.seed)
    yield transport
    facts.overlaps += transport.overlaps
    record_spending(transport, facts)
    transport.close()


def record_spending(transport: Transport, facts: RunFacts) -> None:
    """Put into the facts of the run what the balances show at its end to be taken, and how many requests were sent."""
    if not transport.read_balances(transport.budget.users):
        facts.notes.append(
            "Not every balance could be read at the end, so that the units spent are the most that can be missing."
        )
        facts.spent = transport.budget.spent
    else:
        facts.spent = transport.budget.shown
    facts.requests = transport.requests_sent


@pytest.fixture(scope="session")
def accounts(
    transport: Transport, options: Options, pytestconfig: pytest.Config
) -> Iterator[Accounts]:
    """Yield where money to spend comes from. Ends the run where there is none.

    Afterwards what was taken from accounts that may be emptied is added to the facts of the run.
    """
    found = pytestconfig.stash.get(ACCOUNTS, None) or open_accounts(
        transport, options, pytestconfig
    )
    yield found
    pytestconfig.stash[FACTS].notes += found.closing_notes()


@pytest.fixture(scope="session")
def profile(options: Options) -> Profile:
    """Return how many examples, rounds and requests the tests use."""
    return options.profile


@pytest.fixture(scope="session")
def plan_id(options: Options) -> str:
    """Return the id of a plan that the deployment can apply."""
    return options.plan_id


@pytest.fixture
def billing(
    transport: Transport, options: Options, pytestconfig: pytest.Config
) -> BillingClient:
    """Return a client with a new trace, which records the requests and responses of this test."""
    transport.trace = Trace()
    pytestconfig.stash[FACTS].overlaps += transport.overlaps
    transport.overlaps.clear()
    return BillingClient(
        transport, unit=unit_of(options), extra_fields=options.extra_fields
    )


@pytest.fixture
def observed() -> Observed:
    """Return where a test puts what it saw of an open choice."""
    return Observed()


def open_accounts(
    transport: Transport, options: Options, config: pytest.Config
) -> Accounts:
    """Return where money to spend comes from, and put it into the facts of the run. Ends the run where there is none."""
    client = BillingClient(transport, extra_fields=options.extra_fields)
    try:
        source = find_accounts(client, options)
    except CannotJudgeError as error:
        record_spending(transport, config.stash[FACTS])
        give_up(config, str(error), deviations=error.deviations)
    except TimeUpError as error:
        give_up(config, str(error))
    config.stash[FACTS].accounts = source.description
    config.stash[FACTS].notes += source.notes
    return source


def open_transport(
    target: Target, options: Options, config: pytest.Config
) -> Transport:
    """Return a transport to a target that answers and accepts the key. Ends the run otherwise.

    Puts the target's address and its latency into the facts of the run.
    """
    facts = config.stash[FACTS]
    facts.target = target.base
    config.stash[PRINTABLE] = Printable([*secrets_of(options), target.key])
    transport = Transport(
        target,
        Budget(options.budget),
        rate=options.rate,
        read_only=options.read_only,
        time_limit=config.stash[TIME_LIMIT],
    )
    try:
        latency = check_access(
            BillingClient(transport, extra_fields=options.extra_fields)
        )
    except CannotJudgeError as error:
        give_up(config, str(error), deviations=error.deviations)
    except TimeUpError as error:
        give_up(config, str(error))
    facts.latency = latency
    return transport


def share_of_worker(options: Options, worker: Mapping[str, Any] | None) -> Options:
    """Return the options of one of several pytest-xdist workers: accounts of its own, its part of the budget.

    `worker` is the worker's input from pytest-xdist, None where the run has no workers.
    """
    if worker is None:
        return options
    number, workers = (
        int(worker["workerid"].removeprefix("gw")),
        int(worker["workercount"]),
    )
    return replace(
        options,
        accounts=options.accounts[number::workers],
        account_drain=options.account_drain[number::workers],
        budget=(options.budget / workers).quantize(CENT, rounding=ROUND_DOWN),
    )


def named_target(options: Options, config: pytest.Config) -> Target:
    """Return the target of the command line. Ends the run where it cannot be used."""
    try:
        return options.target()
    except TargetError as error:
        give_up(config, str(error))


def give_up(
    config: pytest.Config, reason: str, *, deviations: Sequence[str] = ()
) -> NoReturn:
    """End the run without a verdict, for a reason that the summary prints, and with the deviations that were seen. Raises Stopped.

    Nobody sees the summary of a worker process, so there the reason is the message itself.
    """
    reason = config.stash[PRINTABLE].text(reason)
    config.stash[FACTS].could_not_judge = reason
    config.stash[FACTS].observed_deviations += deviations
    if hasattr(config, "workerinput"):
        raise Stopped(reason, returncode=2)
    # After a status of 2 pytest adds a line of its own below the verdict; the recorder sets the real one.
    raise Stopped("could not judge", returncode=pytest.ExitCode.NO_TESTS_COLLECTED)
