"""What a run with these options would do: the lines that --plan prints, before anything is sent."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from billing_contract import load_contract
from billing_verify.amounts import shown
from billing_verify.clauses import clauses_of
from billing_verify.run.money_plan import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_verify.config.options import Options
    from billing_verify.run.money_plan import MoneyPlan


def describe_plan(options: Options, plan: MoneyPlan) -> Iterator[str]:
    """Yield the lines: target, accounts, what may be spent, how many tests each clause has, and what is not tested."""
    yield f"target      {options.url or 'the mock of this checkout'}"
    yield f"accounts    {_describe_accounts(options)}"
    yield f"spends      {_describe_spending(options, plan)}"
    yield f"profile     {options.profile.name}"
    yield "writes      nothing else: checks and reads change nothing, and refs are new in every run"
    tests = Counter(clause.id for item in plan.order for clause in clauses_of(item))
    refused = Counter(
        clause.id
        for item in plan.order
        if item.nodeid in plan.refused
        for clause in clauses_of(item)
    )
    yield ""
    for clause_id in filter(tests.get, load_contract().clauses):
        number, left_out = tests[clause_id], refused[clause_id]
        hint = f", {left_out} of them not tested, see below" if left_out else ""
        yield f"{clause_id:<26} {number} tests{hint}"
    yield ""
    yield from describe(plan)


def _describe_accounts(options: Options) -> str:
    opener = options.account_url or options.account_command or options.account_callable
    sources = []
    if options.accounts:
        sources.append(f"debits {', '.join(options.accounts)}")
    if options.account_drain:
        sources.append(f"may empty {', '.join(options.account_drain)}")
    if options.account_credit:
        sources.append("opened by POST /internal/billing/credit of the deployment")
    if opener:
        sources.append(f"opened by {opener}")
    return (
        "; ".join(sources)
        or "opened over the control plane, where the target is a mock"
    )


def _describe_spending(options: Options, plan: MoneyPlan) -> str:
    if options.read_only:
        return "nothing: --read-only"
    if options.accounts:
        return (
            f"at most {shown(options.budget)} units of the named accounts (--budget); "
            f"the contract takes up to {shown(plan.cost)} of them, what is left is for generated requests"
        )
    if options.account_drain and not options.opens_accounts:
        return "what the accounts hold that may be emptied"
    return "only units of accounts that the suite opened for itself"
