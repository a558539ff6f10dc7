"""What a failed test has to tell: state, calls, claim, expected and actual, and how to repeat it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from contract_tests.harness.clauses import ClauseBrokenError
from contract_tests.harness.origin import origin
from contract_tests.harness.outcomes import is_unsteady, reasons
from contract_tests.harness.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from contract_tests.harness.client import BillingClient
    from contract_tests.harness.exchange import Exchange
    from contract_tests.harness.transport import Transport

_TOLD = 8
_UNSTEADY = "Sent once more, the same requests were answered otherwise: the service is not steady."
_EXPECTED = re.compile(
    r"(?P<expected>.+?) was expected, and (?P<actual>.+?) came", re.DOTALL
)


def failure_of(
    item: pytest.Item,
    error: BaseException,
    client: BillingClient,
    clause_ids: Sequence[str],
) -> dict[str, Any]:
    """A failure as plain data, ready for every report. The key is not in it."""
    reason = next(
        each
        for each in reasons(error, client.transport)
        if isinstance(each, AssertionError)
    )
    message = in_words(reason)
    expected, actual = _compared(message)
    if is_unsteady(error):
        message = f"{message}\n{_UNSTEADY}"
        actual = actual and f"{actual}, and something else when sent once more"
    exchanges = _exchanges_until(reason, client.transport)
    picture = reason.timeline if isinstance(reason, ClauseBrokenError) else None
    return {
        "test": item.nodeid.rpartition("/")[2],
        "clauses": list(clause_ids),
        "state": _state(client, exchanges),
        "calls": [_call(exchange) for exchange in exchanges[-_TOLD:]],
        "calls_left_out": max(len(exchanges) - _TOLD, 0),
        "claim": _sentence(item),
        "expected": expected,
        "actual": actual,
        "message": message,
        "exchanges": [_exchange(exchange) for exchange in exchanges[-_TOLD:]],
        "timeline": picture.svg if picture else None,
        "timeline_text": picture.text if picture else None,
    }


def shortened(error: BaseException, failure: dict[str, Any]) -> str | None:
    """What to print of an error that says all by itself, in place of how it came about."""
    if not isinstance(error, ClauseBrokenError | BaseExceptionGroup):
        return None
    return f"{', '.join(failure['clauses'])}: {failure['message']}"


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


def _exchanges_until(reason: BaseException, transport: Transport) -> list[Exchange]:
    ending = transport.last_ending
    found = (
        ending.exchanges if ending and ending.reason is reason else transport.exchanges
    )
    return list(found)


def _answer_line(exchange: dict[str, Any]) -> str:
    answer = exchange["answer"]
    return (
        f"{answer['status']} {answer['body']}"
        if answer
        else f"no answer: {exchange['failure']}"
    )


def _state(client: BillingClient, exchanges: Sequence[Exchange]) -> str:
    said = [f"{unquote(each.call.url)} {each.call.shown_body}" for each in exchanges]
    named = [
        account
        for account in client.accounts
        if any(account.user_id in text for text in said)
    ]
    if not named:
        return "no account was needed"
    return " and ".join(
        f"the account {account.user_id} held {account.opening}"
        for account in named[-2:]
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
    status = exchange.answer.status if exchange.answer else "no answer"
    return f"{exchange.call.method} {path.partition('?')[0]} -> {status}"


def _exchange(exchange: Exchange) -> dict[str, Any]:
    call, answer = exchange.call, exchange.answer
    return {
        "method": call.method,
        "url": call.url,
        "key": call.key.name,
        "body": None if call.body is None else call.shown_body,
        "curl": call.curl(),
        "answer": None
        if answer is None
        else {
            "status": answer.status,
            "content_type": answer.content_type,
            "body": answer.shown_body,
        },
        "failure": exchange.failure,
        "origin": origin(answer) if answer else "",
    }
