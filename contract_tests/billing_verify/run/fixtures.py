"""What a contract test may ask for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from billing_contract import __version__, load_contract
from billing_verify.amounts import CENT, Amount
from billing_verify.client.billing_client import BillingClient
from billing_verify.client.budget import Budget
from billing_verify.client.trace import Trace
from billing_verify.client.transport import Transport
from billing_verify.config.options import Options
from billing_verify.errors import CannotJudgeError, TargetError
from billing_verify.observations import Observed
from billing_verify.report.build import RunFacts
from billing_verify.run.preflight import check_access, find_accounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from billing_verify.account import AccountSource, Plan, TestAccount
    from billing_verify.client.target import Target
    from billing_verify.config.profiles import Profile

_AMPLE = 10
FACTS = pytest.StashKey[RunFacts]()
OPTIONS = pytest.StashKey[Options]()


class Stopped(pytest.exit.Exception):  # type: ignore[name-defined, misc]
    """Ends the run. A terminal shows the name with its module, but none for a builtin."""

    __module__ = "builtins"


@pytest.fixture(scope="session")
def options(pytestconfig: pytest.Config) -> Options:
    """What the operator asked for."""
    return share_of_worker(
        pytestconfig.stash[OPTIONS], getattr(pytestconfig, "workerinput", None)
    )


@pytest.fixture(scope="session")
def target(options: Options, pytestconfig: pytest.Config) -> Target:
    """The deployment under test."""
    return named_target(options, pytestconfig)


@pytest.fixture(scope="session")
def transport(
    target: Target,
    options: Options,
    pytestconfig: pytest.Config,
    record_testsuite_property: Callable[[str, object], None],
) -> Iterator[Transport]:
    """The way to the deployment, once it is known to let us in."""
    facts = pytestconfig.stash[FACTS]
    transport = open_transport(target, options, pytestconfig)
    contract = load_contract()
    record_testsuite_property("suite", __version__)
    record_testsuite_property("contract", f"{contract.version} {contract.sha256}")
    record_testsuite_property("target", facts.target)
    record_testsuite_property("started", facts.started.isoformat(timespec="seconds"))
    record_testsuite_property("seed", facts.seed)
    yield transport
    facts.overlaps += transport.overlaps
    facts.spent, facts.requests = transport.budget.spent, transport.requests_sent
    transport.close()


@pytest.fixture(scope="session")
def accounts(
    transport: Transport, options: Options, pytestconfig: pytest.Config
) -> AccountSource:
    """Where the money comes from."""
    client = BillingClient(transport, extra_fields=options.extra_fields)
    try:
        source = find_accounts(client, options)
    except CannotJudgeError as error:
        give_up(pytestconfig, str(error))
    pytestconfig.stash[FACTS].accounts = source.description
    return source


@pytest.fixture(scope="session")
def profile(options: Options) -> Profile:
    """How hard to look."""
    return options.profile


@pytest.fixture(scope="session")
def plan_id(options: Options) -> str:
    """A plan that the deployment can apply."""
    return options.plan_id


@pytest.fixture
def billing(
    transport: Transport, options: Options, pytestconfig: pytest.Config
) -> BillingClient:
    """The client of this test; what it says and hears goes into the test's story."""
    transport.trace = Trace()
    pytestconfig.stash[FACTS].overlaps += transport.overlaps
    transport.overlaps.clear()
    unit = CENT if options.accounts else Decimal(1)
    return BillingClient(transport, unit=unit, extra_fields=options.extra_fields)


@pytest.fixture
def observed() -> Observed:
    """Where a test notes what it saw of an open choice."""
    return Observed()


@pytest.fixture
def funded(
    accounts: AccountSource, billing: BillingClient
) -> Callable[..., TestAccount]:
    """`funded(units="5")` is an account from which this test may spend so much."""

    def fund(*, units: Amount | None = None) -> TestAccount:
        wanted = billing.unit * _AMPLE if units is None else Decimal(units)
        return billing.use_account(accounts.funded(wanted))

    return fund


@pytest.fixture
def opened(
    accounts: AccountSource, billing: BillingClient
) -> Callable[..., TestAccount]:
    """`opened(balance="5")` is an account that holds exactly so much."""

    def open_(
        *,
        balance: Amount,
        plan: Plan | None = None,
        similar_to: TestAccount | None = None,
    ) -> TestAccount:
        return billing.use_account(
            accounts.opened(Decimal(balance), plan=plan, similar_to=similar_to)
        )

    return open_


def open_transport(
    target: Target, options: Options, config: pytest.Config
) -> Transport:
    """A way to a target that lets us in; otherwise the run ends. Slow targets ease the profile."""
    facts = config.stash[FACTS]
    facts.target = target.base
    transport = Transport(
        target, Budget(options.budget), rate=options.rate, read_only=options.read_only
    )
    try:
        latency = check_access(
            BillingClient(transport, extra_fields=options.extra_fields)
        )
    except CannotJudgeError as error:
        give_up(config, str(error))
    facts.latency = latency
    return transport


def share_of_worker(options: Options, worker: Mapping[str, Any] | None) -> Options:
    """What one of several pytest-xdist workers may use: accounts of its own, and its part of the budget."""
    if worker is None:
        return options
    number, workers = (
        int(worker["workerid"].removeprefix("gw")),
        int(worker["workercount"]),
    )
    own = options.accounts[number::workers]
    return replace(options, accounts=own, budget=options.budget / workers)


def named_target(options: Options, config: pytest.Config) -> Target:
    """The target of the command line; without one the run ends."""
    try:
        return options.target()
    except TargetError as error:
        give_up(config, str(error))


def give_up(config: pytest.Config, reason: str) -> NoReturn:
    """End the run without a verdict. The summary tells why, but that of a worker nobody sees."""
    config.stash[FACTS].could_not_judge = reason
    is_worker = hasattr(config, "workerinput")
    raise Stopped(reason if is_worker else "could not judge", returncode=2)
