"""Checks whether the responses of a burst are linearizable."""

from __future__ import annotations

from decimal import Decimal
from http.client import OK
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from billing_audit.checker.check import Broken, Inconclusive, check
from billing_audit.operations import Balance, Check, Debit, Operation
from billing_audit.timeline import draw_text, timeline
from billing_audit.timeline_svg import draw_svg
from billing_verify.amounts import CENT
from billing_verify.errors import (
    ClauseBrokenError,
    NotTestableError,
    Picture,
    UnreadableResponseError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from billing_verify.account import TestAccount
    from billing_verify.client.burst import TimedExchange

_MICROSECOND = Decimal("0.000001")


def assert_explained(timed: Iterable[TimedExchange], account: TestAccount) -> None:
    """Check that some order of single steps explains the responses about one account.

    Raises ClauseBrokenError with a timeline where no order does, and NotTestableError where the
    checker cannot decide or a response cannot be read.
    """
    operations = [operation_of(each) for each in timed]
    result = check(operations, opening=account.opening.quantize(CENT))
    if isinstance(result, Inconclusive):
        raise NotTestableError(f"the history could not be judged: {result.reason}")
    if isinstance(result, Broken):
        shown = timeline(result, operations)
        svg = draw_svg(
            shown, title=f"Account {account.user_id}", sentence=result.sentence
        )
        picture = Picture(draw_text(shown), svg)
        raise ClauseBrokenError("race.linearizable", result.sentence, timeline=picture)


def operation_of(each: TimedExchange) -> Operation:
    """Return an exchange as an operation of a history, its balance to the two decimals promised.

    Raises NotTestableError where the response cannot be read.
    """
    call, response = each.exchange.call, each.exchange.response
    parts = urlsplit(call.url)
    times: dict[str, Any] = {
        "start": _moment(each.start),
        "end": None if each.end is None else _moment(each.end),
        "status": response.status if response else None,
    }
    shown = _shown(each)
    if call.body is None:
        return Balance(
            parse_qs(parts.query)["user_id"][0], **times, balance=shown.get("balance")
        )
    fields = call.fields
    if parts.path.endswith("/check"):
        return Check(fields["user_id"], fields["units"], **times, **shown)
    return Debit(
        fields["user_id"],
        fields["units"],
        fields["ref"],
        **times,
        balance=shown.get("balance"),
    )


def _moment(seconds: float) -> Decimal:
    """Return seconds to the microsecond, as a clock is read.

    What so becomes one moment counts as concurrent.
    """
    return Decimal(seconds).quantize(_MICROSECOND)


def _shown(each: TimedExchange) -> dict[str, Any]:
    response = each.exchange.response
    if response is None or response.status != OK:
        return {}
    try:
        shown: dict[str, Any] = {"balance": response.balance.quantize(CENT)}
        return (
            {**shown, "allowed": response.allowed}
            if each.exchange.call.url.endswith("/check")
            else shown
        )
    except UnreadableResponseError as error:
        raise NotTestableError(
            f"an answer of the history cannot be read: {error}"
        ) from error
