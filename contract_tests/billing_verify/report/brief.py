"""One exchange in a line or two, for people: the operation, the fields that matter, the status, the answer."""

from __future__ import annotations

from textwrap import wrap
from typing import Any
from unicodedata import east_asian_width
from urllib.parse import unquote

from billing_contract import NotJsonError, parse_json, render_json
from billing_verify.printable import make_visible

WIDTH = 80
"""The columns of a terminal that everything fits into."""
_OPERATIONS = "/internal/billing/"
_ARROW = " -> "
_ALIKE = ("tx_id", "user_id", "reason")
_MORE = " …"


def exchange_line(
    exchange: dict[str, Any], base: str, width: int, expected: str = ""
) -> str:
    """Return what was sent and what came, such as *POST debit: units 1 -> 200, not 409: balance 13.0*.

    `exchange` is one of the report, `base` the URL of the target, `width` the columns there are, of which
    the request takes at least half where it needs them.
    """
    answer = exchange["answer"]
    came = f"{answer['status']}" if answer else f"no answer: {exchange['failure']}"
    came += f", not {expected}:" if expected else ""
    if answer:
        came += f" {_fields(answer['body']) or 'an empty body'}"
    room = max(width - len(_ARROW) - columns(came), width * 3 // 5)
    asked = shortened(_asked(exchange, base), room)
    return asked + _ARROW + shortened(came, width - columns(asked) - len(_ARROW))


def _asked(exchange: dict[str, Any], base: str) -> str:
    path, _, query = exchange["url"].removeprefix(base).partition("?")
    words = f"{exchange['method']} {path.removeprefix(_OPERATIONS)}"
    if exchange["key"] != "right":
        words += f", {_key(exchange['key'])}"
    sent = unquote(query) if exchange["body"] is None else _fields(exchange["body"])
    return f"{words}: {sent}" if sent else words


def _fields(body: str) -> str:
    """Return a body on one line: the fields of a JSON object that differ from test to test; anything else as it is."""
    try:
        fields = parse_json(body.encode(errors="replace"))
    except NotJsonError:
        return body
    if not isinstance(fields, dict):
        return body
    told = {name: value for name, value in fields.items() if not _is_alike(name, value)}
    words = [f"{name} {render_json(value).decode()}" for name, value in told.items()]
    return ", ".join([*words, "…"] if words and len(told) < len(fields) else words)


def _is_alike(name: str, value: Any) -> bool:
    """Return whether a field is an id of the suite's or the service's own, or what every test sends."""
    return isinstance(value, str) and value.isascii() and name in _ALIKE


def shortened(text: str, width: int) -> str:
    """Return a text as one line of at most so many columns, with nothing in it that acts on a terminal."""
    line = make_visible(" ".join(text.split()))
    if columns(line) <= width:
        return line
    line = line[:width]
    while columns(line) > width - len(_MORE):
        line = line[:-1]
    return line + _MORE


def in_columns(text: str, width: int = WIDTH, **how: Any) -> list[str]:
    """Return a text in lines of so many columns; options and ids are not broken at their hyphens.

    `how` are more arguments of textwrap.wrap.
    """
    return wrap(make_visible(text), width, break_on_hyphens=False, **how)


def columns(line: str) -> int:
    """Return how many columns of a terminal a line takes: two for a wide character, such as an emoji."""
    return sum(1 + (east_asian_width(each) in "WF") for each in line)


def _key(name: str) -> str:
    if name == "none":
        return "no key"
    return "wrong key" if name == "wrong" else f"wrong key ({name})"
