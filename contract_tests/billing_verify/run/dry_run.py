"""What a run with these options would do: the lines that --plan prints, before anything is sent."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from billing_contract import load_contract
from billing_verify.amounts import shown
from billing_verify.clauses import clauses_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pytest

    from billing_verify.config.options import Options

_NEEDS_OPENED = "opened"


def describe_plan(options: Options, items: Sequence[pytest.Item]) -> Iterator[str]:
    """Yield the lines: target, accounts, what may be spent, and how many tests each clause has."""
    yield f"target      {options.url or 'the mock of this checkout'}"
    yield f"accounts    {_describe_accounts(options)}"
    yield f"spends      {_describe_spending(options)}"
    yield f"profile     {options.profile.name}"
    yield "writes      nothing else: checks and reads change nothing, and refs are new in every run"
    tests = Counter(clause.id for item in items for clause in clauses_of(item))
    opened = Counter(
        clause.id
        for item in items
        if _needs_opened(item)
        for clause in clauses_of(item)
    )
    yield ""
    for clause_id in filter(tests.get, load_contract().clauses):
        number, hint = tests[clause_id], ""
        if options.accounts and opened[clause_id]:
            hint = f", {opened[clause_id]} of them not with named accounts: they want an exact balance"
        yield f"{clause_id:<26} {number} tests{hint}"


def _describe_accounts(options: Options) -> str:
    if options.accounts:
        return f"debits {', '.join(options.accounts)}"
    opener = options.account_url or options.account_command or options.account_callable
    return (
        f"opened by {opener}, one for each test"
        if opener
        else "opened over the control plane, where the target is a mock"
    )


def _describe_spending(options: Options) -> str:
    if options.read_only:
        return "nothing: --read-only"
    if options.accounts:
        return f"at most {shown(options.budget)} units of the named accounts (--budget)"
    return "only units of accounts that the suite opened for itself"


def _needs_opened(item: pytest.Item) -> bool:
    return _NEEDS_OPENED in getattr(item, "fixturenames", ())
