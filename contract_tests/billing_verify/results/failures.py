"""A failed test as plain data: the state, the calls, the claim, what came, and how to repeat it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from billing_verify.errors import ClauseBrokenError
from billing_verify.results.burst_script import write_burst_script
from billing_verify.results.deciding import deciding_exchanges, last_burst
from billing_verify.results.origin import hint_at_origin
from billing_verify.results.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from billing_verify.account import TestAccount
    from billing_verify.client.exchange import Exchange, Response
    from billing_verify.client.trace import Trace
    from billing_verify.results.outcomes import ClauseOutcome, FailureCause

_SHOWN_EXCHANGES = 8
_SHOWN_ACCOUNTS = 2
_UNSTEADY = "Sent once more, the same requests were answered otherwise: the service is not steady."


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """A response in a failure. Fields are named as `report.schema.json` names them."""

    status: int
    content_type: str
    body: str

    @classmethod
    def of(cls, response: Response) -> RecordedAnswer:
        """Return the record of a response, its body shortened."""
        return cls(response.status, response.content_type, response.shown_body)


@dataclass(frozen=True, slots=True)
class RecordedExchange:
    """A request of a failure and what came back, without the key.

    Fields are named as `report.schema.json` names them. `answer` is None where no response came,
    and `failure` is then the reason; `origin` is a hint that something in front of the service
    may have answered, empty for none.
    """

    method: str
    url: str
    key: str
    body: str | None
    curl: str
    answer: RecordedAnswer | None
    failure: str
    origin: str

    @classmethod
    def of(cls, exchange: Exchange) -> RecordedExchange:
        """Return the record of an exchange."""
        call, response = exchange.call, exchange.response
        return cls(
            method=call.method,
            url=call.url,
            key=call.key.name,
            body=None if call.body is None else call.shown_body,
            curl=call.curl(),
            answer=RecordedAnswer.of(response) if response else None,
            failure=exchange.failure,
            origin=hint_at_origin(response) if response else "",
        )

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> RecordedExchange:
        """Return the record that `Failure.to_json` made these fields from."""
        answer = fields["answer"] and RecordedAnswer(**fields["answer"])
        return cls(**{**fields, "answer": answer})


@dataclass(frozen=True, slots=True)
class Failure:
    """One reason for which a test broke clauses. Fields are named as `report.schema.json` names them.

    `deciding` are the one or two exchanges that decide the failure. `calls` and `exchanges` are the
    last ones, the oldest first, and `calls_left_out` counts those before. Where the failure is about
    requests that were sent at once, `at_once` counts their answers and `script` is a Python program
    that repeats them; else they are empty and None. `expected` and `actual` are empty where the message alone describes the failure;
    `timeline` (SVG) and `timeline_text` are None where no history was drawn.
    """

    test: str
    clauses: list[str]
    state: str
    calls: list[str]
    calls_left_out: int
    claim: str
    expected: str
    actual: str
    message: str
    deciding: list[RecordedExchange]
    exchanges: list[RecordedExchange]
    at_once: str
    script: str | None
    timeline: str | None
    timeline_text: str | None

    def to_json(self) -> dict[str, Any]:
        """Return the failure as the JSON report holds it, and as a worker sends it."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Failure:
        """Return the failure that `to_json` made these fields from."""
        records = {
            name: list(map(RecordedExchange.from_json, fields[name]))
            for name in ("deciding", "exchanges")
        }
        return cls(**{**fields, **records})


def collect_failures(
    item: pytest.Item, outcomes: Sequence[ClauseOutcome], trace: Trace
) -> list[Failure]:
    """Return a failure for each cause that broke clauses; of equal messages about equal clauses the last."""
    broken: dict[FailureCause, list[str]] = {}
    for each in outcomes:
        if each.outcome is Outcome.FAILED and each.cause:
            broken.setdefault(each.cause, []).append(each.clause.id)
    failures = [
        _failure(item, cause, list(dict.fromkeys(clause_ids)), trace)
        for cause, clause_ids in broken.items()
    ]
    return list(
        {(*failure.clauses, failure.message): failure for failure in failures}.values()
    )


def _failure(
    item: pytest.Item, cause: FailureCause, clause_ids: list[str], trace: Trace
) -> Failure:
    message, comparison = cause.description, cause.comparison
    expected = comparison.expected_text if comparison else ""
    actual = comparison.actual_text if comparison else ""
    if cause.unsteady:
        message = f"{message}\n{_UNSTEADY}"
        actual = actual and f"{actual}, and something else when sent once more"
    ending = trace.until(cause.error)
    exchanges = ending.exchanges[-_SHOWN_EXCHANGES:]
    deciding = deciding_exchanges(ending.exchanges, comparison, message)
    burst = _burst_of(clause_ids, ending.exchanges, deciding)
    picture = (
        cause.error.timeline if isinstance(cause.error, ClauseBrokenError) else None
    )
    return Failure(
        test=item.nodeid.rpartition("/")[2],
        clauses=clause_ids,
        state=_describe_accounts(ending.accounts),
        calls=[_summarize(exchange) for exchange in exchanges],
        calls_left_out=len(ending.exchanges) - len(exchanges),
        claim=_sentence_of(item),
        expected=expected,
        actual=actual,
        message=message,
        deciding=[RecordedExchange.of(exchange) for exchange in deciding],
        exchanges=[RecordedExchange.of(exchange) for exchange in exchanges],
        at_once=_count_answers(burst) if burst else "",
        script=write_burst_script(burst, ending.accounts[-1], _sentence_of(item))
        if burst and ending.accounts
        else None,
        timeline=picture.svg if picture else None,
        timeline_text=picture.text if picture else None,
    )


def _burst_of(
    clause_ids: Sequence[str],
    exchanges: Sequence[Exchange],
    deciding: Sequence[Exchange],
) -> list[Exchange]:
    """Return the exchanges of the burst that a failure is about, empty where it is about none."""
    numbers = [each.burst for each in deciding if each.burst is not None]
    if numbers:
        return [each for each in exchanges if each.burst == numbers[-1]]
    about_races = any(each.startswith("race.") for each in clause_ids)
    return last_burst(exchanges) if about_races else []


def _count_answers(burst: Sequence[Exchange]) -> str:
    """Return how many requests of a burst got which answer, such as *12 requests at once: 2 answered 200*."""
    statuses = Counter(
        str(each.response.status) if each.response else "nothing" for each in burst
    )
    counted = ", ".join(
        f"{number} answered {status}" for status, number in sorted(statuses.items())
    )
    return f"{len(burst)} requests at once: {counted}"


def _describe_accounts(used: Sequence[TestAccount]) -> str:
    """Return what the accounts that were used last held at first, in units."""
    accounts = {account.user_id: account for account in used}
    if not accounts:
        return "no account was needed"
    return " and ".join(
        f"the account {account.user_id} held {account.opening}"
        for account in list(accounts.values())[-_SHOWN_ACCOUNTS:]
    )


def _sentence_of(item: pytest.Item) -> str:
    """Return the name of a test as a sentence, its parameters in brackets."""
    name, bracket, parameters = item.name.removeprefix("test_").partition("[")
    words = name.replace("_", " ")
    return f"{words} ({parameters.rstrip(']')})" if bracket else words


def _summarize(exchange: Exchange) -> str:
    """Return an exchange in a few words, such as *POST debit -> 409*."""
    path = exchange.call.url.partition("/internal/billing/")[2] or exchange.call.url
    status = exchange.response.status if exchange.response else "no answer"
    return f"{exchange.call.method} {path.partition('?')[0]} -> {status}"
