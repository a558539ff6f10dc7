"""Puts the failures of a run together by their likely cause, and the causes into the order of the money at stake.

One fault of a service breaks many tests and often several clauses: a key that is not compared breaks
every clause about keys. What belongs together is found out in two ways: by clauses that follow from
another one, and by calls that are answered with the same wrong status.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http.client import INTERNAL_SERVER_ERROR, OK
from typing import TYPE_CHECKING, Any

from billing_contract import NotJsonError, load_contract, parse_json, render_json
from billing_verify.results.records import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from billing_verify.results.failures import Failure, RecordedExchange
    from billing_verify.results.records import ClauseRecord

_RACES = ("race.no-overdraft", "race.no-false-refusal", "race.linearizable")
_REPEATED = (
    "ref.duplicate-any-payload",
    "ref.remembered",
    "ref.duplicate-when-drained",
    "race.same-ref",
    "ref.lost-response",
    "race.linearizable",
)
_AMOUNTS = (
    "debit.decimal",
    "debit.whole-balance",
    "debit.visible",
    "check.verdict",
    "check.agrees",
    "check.spends-nothing",
    "balance.read-only",
    *_RACES,
)
FOLLOW: Mapping[str, tuple[str, ...]] = {
    "auth.wrong-key": (
        "auth.near-miss",
        "auth.missing-key",
        "auth.before-validation",
        "auth.no-effect",
        "credit.wrong-key",
        "ref.refused-stays-free",
    ),
    "auth.near-miss": ("auth.missing-key", "auth.no-effect", "ref.refused-stays-free"),
    "auth.no-effect": ("ref.refused-stays-free",),
    "ref.duplicate": _REPEATED,
    "ref.duplicate-any-payload": _REPEATED[1:],
    "ref.remembered": ("ref.duplicate-when-drained", "ref.lost-response"),
    "race.same-ref": ("ref.lost-response", "race.linearizable"),
    "debit.insufficient": ("debit.never-negative", *_RACES),
    "debit.never-negative": _RACES,
    "debit.isolated": ("debit.visible", "debit.never-negative", *_RACES),
    "debit.exact": _AMOUNTS,
    "race.no-overdraft": _RACES[1:],
    "check.shape": ("schema.responses", "check.verdict"),
    "check.agrees": _AMOUNTS[1:],
    "debit.visible": _AMOUNTS[1:],
    "check.verdict": ("check.refusal-is-200", "debit.decimal", "race.linearizable"),
    "debit.decimal": _AMOUNTS[1:],
    "debit.whole-balance": ("ref.duplicate-when-drained", *_RACES),
    "race.no-false-refusal": ("race.linearizable",),
    "debit.shape": ("schema.responses",),
    "balance.shape": ("schema.responses",),
    "input.missing-field": ("input.no-effect", "schema.responses"),
    "input.wrong-type": ("input.no-effect", "schema.responses"),
    "input.coercion": ("input.no-effect", "schema.responses"),
    "input.negative": ("input.no-effect", "schema.responses"),
    "input.zero": ("input.no-effect", "schema.responses"),
    "input.empty-ref": ("input.no-effect", "schema.responses"),
    "input.no-effect": ("ref.refused-stays-free",),
    "http.method": ("schema.responses",),
    "http.json-errors": ("schema.responses",),
}
"""The clauses that fall with another one, where that is broken: the first here that is broken takes them."""

BY_MONEY = (
    # Charged twice, charged to another user, or a debit that is lost.
    *("ref.duplicate", "ref.duplicate-any-payload", "race.same-ref"),
    *("ref.lost-response", "debit.isolated", "ref.remembered", "credit.duplicate"),
    "race.linearizable",
    # More is spent than there is.
    *("input.negative", "debit.insufficient", "race.no-overdraft"),
    *("debit.never-negative", "auth.no-effect"),
    # Wrong amounts.
    *("debit.exact", "input.no-effect", "check.spends-nothing", "balance.read-only"),
    *("credit.exact", "plan.applied", "debit.visible", "check.agrees", "debit.decimal"),
    *("check.verdict", "debit.whole-balance", "credit.invalid", "plan.not-found"),
    # Who gets in.
    *("auth.wrong-key", "auth.near-miss", "auth.missing-key", "credit.wrong-key"),
    "auth.before-validation",
    # A gateway is told the wrong thing: it retries, or gives up, where it should not.
    *("ref.duplicate-when-drained", "ref.refused-stays-free", "ref.exact"),
    *("race.no-false-refusal", "check.refusal-is-200", "http.no-5xx"),
    *("input.missing-field", "input.wrong-type", "input.coercion", "input.zero"),
    *("input.not-json", "input.empty-ref"),
    # Shape and wording.
    *("debit.shape", "check.shape", "balance.shape", "schema.responses"),
    *("debit.tx-unique", "balance.expiry", "http.method", "http.json-errors"),
)
"""All clauses, the most money at stake first."""

_BY_WEIGHT = (Verdict.BROKEN, Verdict.WEAK, Verdict.KNOWN)
_TO_NAME_A_CALL = ("user_id", "ref")


@dataclass(slots=True)
class Cause:
    """What is broken for one likely reason.

    `clauses` are ids, the one first that names the cause; `verdict` is its verdict. `failures` are
    positions in the list of failures, the one first that decides, and `tests` counts the tests.
    """

    clauses: list[str]
    verdict: str
    hint: str
    failures: list[int] = field(default_factory=list)
    tests: int = 0


def find_causes(
    failures: Sequence[Failure], records: Mapping[str, ClauseRecord]
) -> list[Cause]:
    """Return the causes of the broken, weak and known clauses of a run: by their verdict, then by the money at stake."""
    broken = {
        name: record.verdict
        for name, record in records.items()
        if record.verdict in _BY_WEIGHT
    }
    heads = _heads(failures, sorted(broken, key=_money))
    groups: dict[str, list[str]] = {}
    for name in sorted(broken, key=lambda name: _order(name, broken)):
        groups.setdefault(heads[name], []).append(name)
    causes = [_cause(lead, names, failures, broken) for lead, names in groups.items()]
    return sorted(
        causes, key=lambda cause: min(_order(name, broken) for name in cause.clauses)
    )


def _cause(
    lead: str,
    names: Sequence[str],
    failures: Sequence[Failure],
    broken: Mapping[str, Verdict],
) -> Cause:
    # A clause of the worst verdict names the cause, so that a should clause does not stand for a must.
    head = min(names, key=lambda name: (_BY_WEIGHT.index(broken[name]), name != lead))
    own = [
        number
        for number, failure in enumerate(failures)
        if not set(names).isdisjoint(failure.clauses)
    ]
    own.sort(key=lambda number: _distance(failures[number], head))
    return Cause(
        clauses=[head, *(name for name in names if name != head)],
        verdict=broken[head].value,
        hint=load_contract().clauses[head].hint,
        failures=own,
        tests=len({failures[number].test for number in own}),
    )


def _heads(failures: Sequence[Failure], names: Sequence[str]) -> dict[str, str]:
    """Return the clause that names the cause of each broken clause."""
    heads = {name: name for name in names}
    order = list(FOLLOW)
    for name in names:
        before = order[: order.index(name)] if name in FOLLOW else order
        lead = next(
            (each for each in before if each in heads and name in FOLLOW[each]), name
        )
        heads[name] = lead
    first_with: dict[Any, str] = {}
    for name in names:
        for call in _wrong_calls(failures, name):
            known = _root(first_with.setdefault(call, name), heads)
            if (root := _root(name, heads)) != known:
                heads[root] = known
    return {name: _root(name, heads) for name in names}


def _root(name: str, heads: Mapping[str, str]) -> str:
    while heads[name] != name:
        name = heads[name]
    return name


def _wrong_calls(failures: Sequence[Failure], name: str) -> Iterable[Any]:
    """Yield, of the failures of a clause, what makes calls with a wrong status alike: call, status, and what was expected."""
    for failure in failures:
        last = failure.deciding[-1] if failure.deciding else None
        if name not in failure.clauses or last is None or last.answer is None:
            continue
        status = last.answer.status
        called = (last.method, last.url.partition("?")[0], last.key, _content(last))
        if status >= INTERNAL_SERVER_ERROR:
            yield *called, status
        elif failure.actual == str(status):
            yield *called, status, failure.expected


def _content(exchange: RecordedExchange) -> str | None:
    """Return the body of a call without what differs in every test: user and ref."""
    if exchange.body is None:
        return exchange.url.partition("?")[2].partition("=")[0]
    try:
        fields = parse_json(exchange.body.encode(errors="replace"))
    except NotJsonError:
        return exchange.body
    if not isinstance(fields, dict):
        return exchange.body
    plain = {
        name: value
        for name, value in fields.items()
        if name not in _TO_NAME_A_CALL or not isinstance(value, str)
    }
    return render_json(plain).decode()


def _distance(failure: Failure, head: str) -> tuple[bool, bool]:
    """Return how far a failure is from the best example of a clause: a debit that was answered 200."""
    last = failure.deciding[-1] if failure.deciding else None
    charged = any(
        each.url.endswith("/debit") and each.answer and each.answer.status == OK
        for each in failure.deciding
    )
    return head not in failure.clauses, last is None or not charged


def _order(name: str, broken: Mapping[str, Verdict]) -> tuple[int, int]:
    return _BY_WEIGHT.index(broken[name]), _money(name)


def _money(name: str) -> int:
    return BY_MONEY.index(name) if name in BY_MONEY else len(BY_MONEY)
