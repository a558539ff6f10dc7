"""The suite's options on pytest's command line, read once into one frozen object."""

from __future__ import annotations

import os
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import pytest

from contract_tests.harness.profiles import PROFILES, Profile
from contract_tests.harness.target import KEY_VARIABLE, Target, TargetError

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_contract import Clause

DEFAULT_BUDGET = "25"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the operator asked for. `budget` is in units."""

    url: str | None
    accounts: tuple[str, ...]
    account_url: str | None
    account_command: str | None
    account_callable: str | None
    budget: Decimal
    profile: Profile
    strict: bool
    provisional: bool
    clauses: frozenset[str]
    plan_id: str

    @classmethod
    def of(cls, config: pytest.Config) -> Options:
        """Read pytest's command line. Raises pytest.UsageError."""
        return cls(
            url=config.getoption("--billing-url"),
            accounts=tuple(config.getoption("--account")),
            account_url=config.getoption("--account-url"),
            account_command=config.getoption("--account-command"),
            account_callable=config.getoption("--account-callable"),
            budget=_units(config.getoption("--budget")),
            profile=PROFILES[config.getoption("--profile")],
            strict=config.getoption("--billing-strict"),
            provisional=config.getoption("--provisional"),
            plan_id=config.getoption("--plan-id"),
            clauses=frozenset(config.getoption("--clause")),
        )

    def wants(self, clause: Clause) -> bool:
        """Whether the run is to judge the clause."""
        named = not self.clauses or clause.id in self.clauses
        return named and (self.provisional or not clause.provisional)

    def target(self) -> Target:
        """The deployment that was named. Raises TargetError."""
        if self.url is None:
            raise TargetError("no target: name the deployment with --billing-url URL")
        key = os.environ.get(KEY_VARIABLE, "")
        if not key:
            raise TargetError(
                f"no key: put the value of X-Internal-Key into the environment variable {KEY_VARIABLE} "
                f"(the mock's own is super-secret-dev)"
            )
        return Target(url=self.url, key=key)


def add_options(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("billing", "billing contract")
    add: Callable[..., None] = group.addoption
    add(
        "--billing-url",
        metavar="URL",
        help="the deployment to verify; its key comes from BILLING_SERVICE_TOKEN",
    )
    add(
        "--account",
        action="append",
        default=[],
        metavar="USER_ID",
        help="a funded account of the deployment that the suite may debit; repeatable",
    )
    add(
        "--account-url",
        metavar="URL",
        help='a hook that opens accounts: POST {"user_id", "balance", "plan"}',
    )
    add(
        "--account-command",
        metavar="COMMAND",
        help="opens accounts: 'COMMAND {user_id} {balance}', run without a shell",
    )
    add(
        "--account-callable",
        metavar="MODULE:FUNCTION",
        help="opens accounts: function(user_id, balance, plan)",
    )
    add(
        "--budget",
        default=DEFAULT_BUDGET,
        metavar="UNITS",
        help=f"the most that the run may take from the named accounts, {DEFAULT_BUDGET} unless told",
    )
    add(
        "--profile",
        default="standard",
        choices=sorted(PROFILES),
        help="how hard to look; standard unless told",
    )
    add(
        "--billing-strict",
        action="store_true",
        help="let a broken should clause fail the run",
    )
    add(
        "--provisional",
        action="store_true",
        help="also test the provisional operations, credit and plan/apply",
    )
    add(
        "--plan-id",
        default="base750",
        metavar="ID",
        help="a plan that the deployment can apply (provisional)",
    )
    add(
        "--clause",
        action="append",
        default=[],
        metavar="ID",
        help="test only this clause; repeatable",
    )


def _units(text: str) -> Decimal:
    try:
        units = Decimal(text)
    except InvalidOperation:
        units = Decimal("NaN")
    if not units.is_finite() or units < 0:
        raise pytest.UsageError(
            f"--budget {text}: must be an amount of units such as 25 or 0.50"
        )
    return units
