"""Which tests a run has money for, in which order, and what each leaves for the tests after it.

Made from the options and from what the tests declare, before anything is sent.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_contract import Level
from billing_verify.amounts import shown
from billing_verify.clauses import clauses_of
from billing_verify.config.profiles import PROFILES
from billing_verify.needs import (
    NEEDS_EMPTIED,
    NEEDS_OWN,
    Kind,
    need_of,
)
from billing_verify.results.reasons import larger_reason, without_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pytest

    from billing_verify.config.options import Options
    from billing_verify.config.profiles import Profile
    from billing_verify.needs import Need

_NOTHING = Decimal(0)
_EXPLORING = Decimal("0.2")
"""The share of the budget that is left to generated requests where a profile is cut to the budget."""


@dataclass(slots=True)
class MoneyPlan:
    """The plan of one run.

    `order` holds its tests. `refused` has the reasons of those for which no account or no budget is
    there, and `later` what the tests after one may cost, in units; both are by node id. `cost` is
    what all planned tests but the exploring ones may cost.
    """

    order: list[pytest.Item]
    needs: dict[str, Need]
    refused: dict[str, str] = field(default_factory=dict)
    later: dict[str, Decimal] = field(default_factory=dict)
    cost: Decimal = _NOTHING

    def untested(self) -> dict[str, dict[str, int]]:
        """Return, by reason, how many tests of which clause are refused; reasons that differ in numbers are one."""
        found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        largest: dict[str, str] = {}
        for item in self.order:
            if item.nodeid not in self.refused:
                continue
            reason = self.refused[item.nodeid]
            alike = without_numbers(reason)
            largest[alike] = larger_reason(largest.get(alike, reason), reason)
            for clause in clauses_of(item):
                found[alike][clause.id] += 1
        return {largest[alike]: counted for alike, counted in found.items()}


def plan_money(
    items: Sequence[pytest.Item], options: Options, *, workers: bool = False
) -> MoneyPlan:
    """Return the plan for these tests.

    Where several workers share the tests, none knows what the others send: the order stays, and
    nothing is set aside.
    """
    needs = {item.nodeid: need_of(item, options.profile) for item in items}
    plan = MoneyPlan(list(items), needs)
    for item in items:
        reason = _missing_account(needs[item.nodeid], options)
        if reason:
            plan.refused[item.nodeid] = reason
    if not workers and (options.accounts or options.account_drain):
        plan.order.sort(key=lambda item: _rank(item, needs[item.nodeid], options))
    if not workers and options.accounts and not options.read_only:
        _reserve(plan, options)
    return plan


def affordable(items: Iterable[pytest.Item], options: Options) -> Profile:
    """Return the profile with fewer bursts whose debits are all made, as accounts of the operator pay for them.

    Money for exploring is left over. It is never less than the quick profile asks for.
    """
    profile = options.profile
    if not options.accounts:
        return profile
    items = list(items)
    reach = options.budget * (1 - _EXPLORING)
    least = PROFILES["quick"].paid_rounds
    rounds = min(profile.paid_rounds, profile.frugal_rounds)
    while rounds > least and _cost(items, replace(profile, paid_rounds=rounds)) > reach:
        rounds -= 1
    between = PROFILES[profile.at_least or profile.name].debits_between
    return replace(profile, paid_rounds=rounds, debits_between=between)


def _cost(items: Iterable[pytest.Item], profile: Profile) -> Decimal:
    needs = [need_of(item, profile) for item in items]
    fixed = [need for need in needs if not need.explores and _pays(need)]
    return sum((need.cost for need in fixed), _NOTHING) + max(
        (need.risk for need in fixed), default=_NOTHING
    )


def _pays(need: Need) -> bool:
    return need.takes_funded


def _missing_account(need: Need, options: Options) -> str | None:
    if options.opens_accounts or not (options.accounts or options.account_drain):
        return None
    if need.kind is Kind.OPENED:
        return NEEDS_OWN
    needs_emptied = need.kind in {
        Kind.SPARE,
        Kind.CONTESTED,
        Kind.HALVED,
        Kind.EMPTIED,
    }
    return NEEDS_EMPTIED if needs_emptied and not options.account_drain else None


def _rank(item: pytest.Item, need: Need, options: Options) -> tuple[int, int, Decimal]:
    """Return what a test is sorted by: must clauses first, cheapest first, exploring last.

    What uses up an account that may be emptied comes in the order of its kinds, and after everything
    else where no other account pays for that.
    """
    drains = need.kind >= Kind.SPARE and bool(options.account_drain)
    drains = drains and not options.opens_accounts
    if need.explores:
        # What many clauses are watched in is mostly tested already.
        watched = len(clauses_of(item))
        return (2 if options.accounts else 1, watched, need.cost)
    if drains:
        return (1 if options.accounts else 2, need.kind, need.cost)
    # Two accounts are the likelier to hold the same the less was taken of them.
    return (0, _level(item), _NOTHING if need.kind is Kind.PAIR else need.cost)


def _level(item: pytest.Item) -> int:
    levels = {clause.level for clause in clauses_of(item)}
    if Level.MUST in levels:
        return 0
    return 1 if levels else 2


def _reserve(plan: MoneyPlan, options: Options) -> None:
    """Set aside what each test may cost, in their order, and refuse those that the budget does not reach."""
    planned: list[tuple[str, Need]] = []
    risk = _NOTHING
    for item in plan.order:
        need = plan.needs[item.nodeid]
        if need.explores or not _pays(need) or item.nodeid in plan.refused:
            continue
        wanted = plan.cost + need.cost + max(risk, need.risk)
        if wanted > options.budget:
            plan.refused[item.nodeid] = (
                f"needs a budget of {shown(wanted)} units, {shown(options.budget)} are allowed: raise it with --budget"
            )
            continue
        risk = max(risk, need.risk)
        plan.cost += need.cost
        planned.append((item.nodeid, need))
    later = _NOTHING
    for node, need in reversed(planned):
        plan.later[node] = later
        later += need.cost


def describe(plan: MoneyPlan) -> Iterator[str]:
    """Yield a line for each reason why tests are not run, with their clauses and what would change that."""
    for reason, clauses in plan.untested().items():
        names = ", ".join(f"{clause} ({count})" for clause, count in clauses.items())
        yield f"Not tested: {names}: {reason}."
