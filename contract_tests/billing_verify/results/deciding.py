"""Chooses, of all exchanges of a failed test, the one or two that decide its clause."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from decimal import Decimal
from http.client import INTERNAL_SERVER_ERROR, OK
from itertools import groupby
from typing import TYPE_CHECKING, Any

from billing_verify.errors import UnreadableResponseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from billing_verify.client.exchange import Exchange
    from billing_verify.comparison import Comparison

_SHOWN = 2


def deciding_exchanges(
    exchanges: Sequence[Exchange], comparison: Comparison | None, message: str
) -> list[Exchange]:
    """Return the exchanges that decide a failure, the oldest first: one or two, none where nothing was sent.

    `comparison` is what was expected and what came, None where only `message` describes the failure.
    """
    if not exchanges:
        return []
    chosen = (
        _by_message(exchanges, message)
        if comparison is None
        else _by_comparison(exchanges, comparison)
    )
    return [each for each in exchanges if any(each is one for one in chosen)]


def last_burst(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """Return the exchanges of the last burst, empty where nothing was sent at once."""
    bursts = [
        list(group)
        for number, group in groupby(exchanges, key=lambda each: each.burst)
        if number is not None
    ]
    return bursts[-1] if bursts else []


def _by_comparison(
    exchanges: Sequence[Exchange], comparison: Comparison
) -> list[Exchange]:
    expected, actual = comparison.expected, comparison.actual
    burst = last_burst(exchanges)
    if isinstance(actual, list | tuple) and isinstance(expected, list | tuple):
        if burst and Counter(map(_status, burst)) == _counted(actual):
            return _surplus(burst, expected, actual)
        return _first_difference(exchanges, expected, actual)
    found = _last_with(exchanges, actual)
    if found is None:
        return _charged(burst)[:_SHOWN] or [exchanges[-1]]
    if _status(found) == actual and isinstance(actual, int):
        return [*_same_ref_before(exchanges, found), found]
    if isinstance(actual, Decimal) and not _is_debit(found):
        return [*_last_debits(exchanges, found), found]
    return [found]


def _by_message(exchanges: Sequence[Exchange], message: str) -> list[Exchange]:
    """Return the exchanges whose refs the message names, else the last debit and one of its ref, or the last exchange."""
    named = [
        each for each in exchanges if (ref := _ref(each)) is not None and ref in message
    ]
    if named:
        return (_charged(named) or named)[:_SHOWN]
    failed = [each for each in exchanges if _status(each) >= INTERNAL_SERVER_ERROR]
    last = failed[-1] if failed else exchanges[-1]
    if not failed and not _is_debit(last):
        return [*_last_debits(exchanges, last), last]
    return [last]


def _surplus(
    burst: Sequence[Exchange], expected: Sequence[Any], actual: Sequence[Any]
) -> list[Exchange]:
    """Return exchanges of a burst that were answered with a status that came too often."""
    surplus = _counted(actual) - _counted(expected)
    return [each for each in burst if _status(each) in surplus][:_SHOWN]


def _first_difference(
    exchanges: Sequence[Exchange], expected: Sequence[Any], actual: Sequence[Any]
) -> list[Exchange]:
    """Return the exchange of the first value that is not as expected, where the values came one after the other."""
    number = next(
        (
            number
            for number, pair in enumerate(zip(actual, expected, strict=False))
            if pair[0] != pair[1]
        ),
        0,
    )
    wanted = list(actual)
    for candidates in _alike(exchanges):
        for start in range(len(candidates) - len(wanted), -1, -1):
            window = candidates[start : start + len(wanted)]
            if wanted and all(map(_has, window, wanted)):
                found = window[number]
                return [*_same_ref_before(exchanges, found), found]
    last = _last_with(exchanges, wanted[number]) if wanted else None
    return [last or exchanges[-1]]


def _alike(exchanges: Sequence[Exchange]) -> Iterator[list[Exchange]]:
    """Yield all exchanges, then those of each operation alone."""
    yield list(exchanges)
    for path in {_path(each) for each in exchanges}:
        yield [each for each in exchanges if _path(each) == path]


def _same_ref_before(exchanges: Sequence[Exchange], found: Exchange) -> list[Exchange]:
    """Return the debit that was made before with the ref of an exchange that was answered 200; none otherwise."""
    ref = _ref(found)
    if ref is None or _status(found) != OK:
        return []
    before = exchanges[: _place(exchanges, found)]
    return [each for each in _charged(before) if _ref(each) == ref][:1]


def _last_debits(exchanges: Sequence[Exchange], found: Exchange) -> list[Exchange]:
    """Return the last debit before an exchange: the one that moved the balance which that shows."""
    before = exchanges[: _place(exchanges, found)]
    return [each for each in before if _is_debit(each)][-1:]


def _last_with(exchanges: Sequence[Exchange], value: Any) -> Exchange | None:
    return next((each for each in reversed(exchanges) if _has(each, value)), None)


def _has(exchange: Exchange, value: Any) -> bool:
    """Return whether the response has this status, `allowed` or balance."""
    return any(
        type(found) is type(value) and found == value for found in _values(exchange)
    )


def _values(exchange: Exchange) -> Iterator[Any]:
    response = exchange.response
    if response is None:
        return
    yield response.status
    with suppress(UnreadableResponseError):
        yield response.allowed
    with suppress(UnreadableResponseError):
        yield response.balance


def _charged(exchanges: Sequence[Exchange]) -> list[Exchange]:
    return [each for each in exchanges if _is_debit(each) and _status(each) == OK]


def _counted(statuses: Sequence[Any]) -> Counter[Any]:
    return Counter(each for each in statuses if isinstance(each, int))


def _status(exchange: Exchange) -> int:
    """Return the status that came, 0 where no response did."""
    return exchange.response.status if exchange.response else 0


def _ref(exchange: Exchange) -> str | None:
    fields = exchange.call.fields
    ref = fields.get("ref") if isinstance(fields, dict) else None
    return ref if isinstance(ref, str) and ref else None


def _is_debit(exchange: Exchange) -> bool:
    return _path(exchange).endswith("/debit")


def _path(exchange: Exchange) -> str:
    return exchange.call.url.partition("?")[0]


def _place(exchanges: Sequence[Exchange], found: Exchange) -> int:
    return next(number for number, each in enumerate(exchanges) if each is found)
