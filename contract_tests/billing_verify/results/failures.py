"""What a failed test has to tell: state, calls, claim, expected and actual, and how to repeat it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from billing_verify.errors import ClauseBrokenError
from billing_verify.results.origin import origin
from billing_verify.results.verdicts import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from billing_verify.account import TestAccount
    from billing_verify.client.exchange import Exchange
    from billing_verify.client.trace import Trace
    from billing_verify.results.outcomes import FailureCause, Found

_TOLD = 8
_UNSTEADY = "Sent once more, the same requests were answered otherwise: the service is not steady."
_EXPECTED = re.compile(
    r"(?P<expected>.+?) was expected, and (?P<actual>.+?) came", re.DOTALL
)


def failures_of(
    item: pytest.Item, found: Sequence[Found], trace: Trace
) -> list[dict[str, Any]]:
    """Each reason for which clauses are broken, as plain data for every report. The key is not in it."""
    broken: dict[FailureCause, list[Found]] = {}
    for each in found:
        if each.outcome is Outcome.FAILED and each.reason:
            broken.setdefault(each.reason, []).append(each)
    failures = [
        _failure(item, reason, clauses, trace) for reason, clauses in broken.items()
    ]
    return list(
        {(*each["clauses"], each["message"]): each for each in failures}.values()
    )


def _failure(
    item: pytest.Item, reason: FailureCause, found: Sequence[Found], trace: Trace
) -> dict[str, Any]:
    message = found[0].words
    expected, actual = _compared(message)
    if reason.unsteady:
        message = f"{message}\n{_UNSTEADY}"
        actual = actual and f"{actual}, and something else when sent once more"
    ending = trace.until(reason.error)
    exchanges = ending.exchanges[-_TOLD:]
    picture = (
        reason.error.timeline if isinstance(reason.error, ClauseBrokenError) else None
    )
    return {
        "test": item.nodeid.rpartition("/")[2],
        "clauses": list(dict.fromkeys(each.clause.id for each in found)),
        "state": _state(ending.accounts),
        "calls": [_call(exchange) for exchange in exchanges],
        "calls_left_out": len(ending.exchanges) - len(exchanges),
        "claim": _sentence(item),
        "expected": expected,
        "actual": actual,
        "message": message,
        "exchanges": [_exchange(exchange) for exchange in exchanges],
        "timeline": picture.svg if picture else None,
        "timeline_text": picture.text if picture else None,
    }


def shortened(
    error: BaseException, found: Sequence[Found], failures: Sequence[dict[str, Any]]
) -> str | None:
    """What to print of errors that say all by themselves, in place of how they came about."""
    if not isinstance(error, ClauseBrokenError | BaseExceptionGroup):
        return None
    if not all(each.outcome is Outcome.FAILED for each in found):
        return None
    return "\n".join(
        f"{', '.join(each['clauses'])}: {each['message']}" for each in failures
    )


def told(failure: dict[str, Any]) -> str:
    """A failure as text for the terminal."""
    lines = [f"state   {failure['state']}"]
    left_out = failure["calls_left_out"]
    calls = ", ".join(failure["calls"])
    lines.append(f"calls   {f'({left_out} earlier ones), ' if left_out else ''}{calls}")
    lines.append(f"claim   {failure['claim']}")
    if failure["expected"]:
        lines += [f"expected {failure['expected']}", f"actual   {failure['actual']}"]
    if failure["timeline_text"]:
        lines += ["", failure["timeline_text"]]
    for exchange in failure["exchanges"]:
        lines += ["", exchange["curl"], f"  -> {_answer_line(exchange)}"]
        lines += [f"  {exchange['origin']}"] if exchange["origin"] else []
    return "\n".join(lines)


def _answer_line(exchange: dict[str, Any]) -> str:
    response = exchange["answer"]
    return (
        f"{response['status']} {response['body']}"
        if response
        else f"no answer: {exchange['failure']}"
    )


def _state(taken: Sequence[TestAccount]) -> str:
    accounts = {account.user_id: account for account in taken}
    if not accounts:
        return "no account was needed"
    return " and ".join(
        f"the account {account.user_id} held {account.opening}"
        for account in list(accounts.values())[-2:]
    )


def _sentence(item: pytest.Item) -> str:
    name, bracket, parameters = item.name.removeprefix("test_").partition("[")
    words = name.replace("_", " ")
    return f"{words} ({parameters.rstrip(']')})" if bracket else words


def _compared(message: str) -> tuple[str, str]:
    found = _EXPECTED.match(message)
    return (found["expected"], found["actual"]) if found else ("", "")


def _call(exchange: Exchange) -> str:
    path = exchange.call.url.partition("/internal/billing/")[2] or exchange.call.url
    status = exchange.response.status if exchange.response else "no answer"
    return f"{exchange.call.method} {path.partition('?')[0]} -> {status}"


def _exchange(exchange: Exchange) -> dict[str, Any]:
    call, response = exchange.call, exchange.response
    return {
        "method": call.method,
        "url": call.url,
        "key": call.key.name,
        "body": None if call.body is None else call.shown_body,
        "curl": call.curl(),
        "answer": None
        if response is None
        else {
            "status": response.status,
            "content_type": response.content_type,
            "body": response.shown_body,
        },
        "failure": exchange.failure,
        "origin": origin(response) if response else "",
    }
