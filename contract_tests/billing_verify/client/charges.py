"""What a request could take from an account, in whatever way a service reads it.

A service may read a form where JSON is declared, the first or the last of two fields of one name,
text as a number, a comma as a point, and a body that is cut. So the text of a request is searched,
not only its fields, and the largest amount that is found counts.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_verify.client.exchange import Call

_CHECK = ("POST", "/internal/billing/check")
_DEBIT = ("POST", "/internal/billing/debit")
_READING = ("GET", "/internal/billing/balance")
_CODECS = ("utf-8", "utf-16", "latin-1")
_UNITS = "units"
_NO_NUMBER = Decimal(1)
"""What a service might take, in units, where the request states no number: a default of its own."""

_AFTER_UNITS = re.compile(r"units[^0-9a-z]{0,3}\s*[:=]\s*([^&}\]\n]{0,2000})")
_NUMBER = re.compile(r"\d[\d.,_' ]*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?")
_UNBOUNDED = re.compile(r"nan|inf")


def is_check(call: Call) -> bool:
    """Return whether the request is a check, which by the document takes nothing."""
    return _is(call, _CHECK)


def is_debit(call: Call) -> bool:
    """Return whether the request is a debit as the document describes it."""
    return _is(call, _DEBIT)


def is_reading(call: Call) -> bool:
    """Return whether the request is a reading of a balance, which by the document takes nothing."""
    return _is(call, _READING)


def _is(call: Call, operation: tuple[str, str]) -> bool:
    method, end = operation
    return call.method == method and urlsplit(call.url).path.endswith(end)


def names_user(call: Call, user_id: str) -> bool:
    """Return whether the user id stands anywhere in the request, in whatever letter case."""
    wanted = _plain(user_id)
    return any(wanted in text for text in _texts(call))


def could_charge(call: Call) -> Decimal:
    """Return the most that any reading of the request could take, in units.

    It is infinite where the amount is none that can be counted, such as NaN.
    """
    readings = [*_amounts_in_fields(call.fields), *_amounts_in_text(call)]
    return max(readings, default=_NO_NUMBER)


def _texts(call: Call) -> Iterator[str]:
    yield _plain(unquote_plus(call.url))
    if call.body:
        for codec in _CODECS:
            text = call.body.decode(codec, errors="ignore")
            yield _plain(text)
            if "%" in text or "+" in text:
                yield _plain(unquote_plus(text))
    yield from map(_plain, _strings(call.fields))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _strings(value: Any) -> Iterator[str]:
    for each in _leaves(value):
        if isinstance(each, str):
            yield each


def _leaves(value: Any) -> Iterator[Any]:
    """Yield every single value and every name of a JSON value, however deep."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += [*each, *each.values()]
        elif isinstance(each, list):
            waiting += each
        else:
            yield each


def _amounts_in_fields(fields: Any) -> Iterator[Decimal]:
    waiting = [fields]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            waiting += each.values()
            for name, value in each.items():
                if _plain(name) == _UNITS:
                    yield from map(_amount, _leaves(value))


def _amount(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return abs(value) if value.is_finite() else Decimal("Infinity")
    return _largest_number(_plain(value)) if isinstance(value, str) else _NO_NUMBER


def _amounts_in_text(call: Call) -> Iterator[Decimal]:
    for text in _texts(call):
        for found in _AFTER_UNITS.finditer(text):
            # A comma ends the value, unless digits follow it at once, as in 1,5.
            value = re.split(r",(?!\d)", found[1])[0]
            yield _largest_number(value)


def _largest_number(text: str) -> Decimal:
    """Return the largest amount that the text could stand for, in units."""
    if _UNBOUNDED.search(text):
        return Decimal("Infinity")
    numbers = [each for found in _NUMBER.findall(text) for each in _readings(found)]
    return max(numbers, default=_NO_NUMBER)


def _readings(number: str) -> Iterator[Decimal]:
    """Yield what a number could mean: a comma is a point, or separates thousands."""
    bare = number.replace(" ", "").replace("_", "").replace("'", "").rstrip(".,")
    for form in (bare.replace(",", "."), bare.replace(",", "")):
        try:
            yield Decimal(form)
        except InvalidOperation:
            yield Decimal(re.sub(r"\D", "", form) or 0)
