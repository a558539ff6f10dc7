"""What a contract test needs of accounts, and what it may cost, declared beside its clauses.

The kind of account stands in the names of the fixtures that a test asks for; what it takes of an
account of the operator stands in the mark `costs`. So a run knows both before it sends anything.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import pytest

from billing_verify.amounts import CENT

if TYPE_CHECKING:
    from collections.abc import Callable

_MARK = "costs"
_USUAL_CENTS = 2
_USUAL_RISK = Decimal(1)
"""What a service may take, in units, before the suite reads the balance: an amount of its own choice."""

NEEDS_EMPTIED = (
    "needs an account that may be emptied: name one with --account-drain USER_ID (50 units are enough), "
    "or let the suite open accounts (--account-url, --account-command, --account-callable, --account-credit)"
)
NEEDS_OWN = (
    "needs an account with a balance of the suite's choice: let the suite open accounts "
    "(--account-url, --account-command, --account-callable, --account-credit)"
)
NEEDS_PLAN = (
    "needs an account on a plan: name one with --account, let --provisional apply one to an account that may be emptied, "
    "or let a hook open accounts (--account-url, --account-command, --account-callable)"
)
NEEDS_EQUALS = (
    "needs two accounts that hold the same: name two with equal balances, or let the suite open accounts "
    "(--account-url, --account-command, --account-callable, --account-credit)"
)
NEEDS_A_SECOND = "needs two accounts: name another one with --account"


class Kind(IntEnum):
    """A kind of account, in the order in which tests use up an account that may be emptied."""

    NONE = 0
    FUNDED = 1
    PAIR = 2
    PLANNED = 3
    OPENED = 4
    SPARE = 5
    ANYONE = 6
    CONTESTED = 7
    HALVED = 8
    EMPTIED = 9
    EMPTY = 10


_KIND_OF_FIXTURE = {
    "funded": Kind.FUNDED,
    "limited": Kind.FUNDED,
    "pair": Kind.PAIR,
    "planned": Kind.PLANNED,
    "opened": Kind.OPENED,
    "spare": Kind.SPARE,
    "anyone": Kind.ANYONE,
    "contested": Kind.CONTESTED,
    "halved": Kind.HALVED,
    "emptied": Kind.EMPTIED,
    "empty": Kind.EMPTY,
}


@dataclass(frozen=True, slots=True)
class Need:
    """What one test needs. `cost` is what a conforming service takes of the operator's accounts at most.

    `risk` is what any service may have taken, beyond that, before a balance shows it; both are in
    units. `takes_funded` is true where it
    debits accounts that pay for anything. A test that `explores` does with what money is left.
    """

    kind: Kind
    cost: Decimal
    risk: Decimal
    explores: bool
    takes_funded: bool


def costs(
    cents: int | Callable[..., int] = _USUAL_CENTS,
    *,
    risk: int | Callable[..., int] | None = None,
    explores: bool = False,
) -> pytest.MarkDecorator:
    """Mark a test with what it takes of an account of the operator at most, in cents.

    `risk` is what a service that charges for everything may take beyond, before the balance is read.
    Without `risk` it is a unit, an amount that a service may choose by itself. Each is a number, or a function of the profile and of parameters of the test, by their names.
    """
    return pytest.mark.costs(cents=cents, risk=risk, explores=explores)


def need_of(item: pytest.Item, profile: Any) -> Need:
    """Return what a test needs with this profile."""
    names = getattr(item, "fixturenames", ())
    kind = max(_KIND_OF_FIXTURE.get(name, Kind.NONE) for name in names)
    mark = item.get_closest_marker(_MARK)
    given = mark.kwargs if mark else {}
    takes_any = any(
        _KIND_OF_FIXTURE.get(name) in {Kind.FUNDED, Kind.PAIR} for name in names
    )
    usual = _USUAL_CENTS if takes_any else 0
    usual_risk = _USUAL_RISK if takes_any else Decimal(0)
    parameters = {"profile": profile, **_parameters(item)}
    cost = CENT * _value(given.get("cents", usual), parameters)
    risk = given.get("risk")
    return Need(
        kind,
        cost,
        usual_risk if risk is None else CENT * _value(risk, parameters),
        bool(given.get("explores")),
        takes_any,
    )


def _parameters(item: pytest.Item) -> dict[str, Any]:
    callspec = getattr(item, "callspec", None)
    return dict(callspec.params) if callspec else {}


def _value(given: Any, parameters: dict[str, Any]) -> int:
    if not callable(given):
        return int(given)
    wanted = inspect.signature(given).parameters
    return int(given(**{name: parameters[name] for name in wanted}))
