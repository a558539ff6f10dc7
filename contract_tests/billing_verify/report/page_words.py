"""How values are written on the page: the filters of its template."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from billing_contract import NotJsonError, parse_json, render_json

if TYPE_CHECKING:
    from collections.abc import Callable

_WORDS = {"known": "known deviation"}
_LINE = 200  # characters of a body on one line
_MINUTE = 60


def slug(words: str) -> str:
    """Return a verdict as the name of a class or of an icon."""
    return words.replace(" ", "-")


def word(verdict: str) -> str:
    """Return a verdict in the words of the page."""
    return _WORDS.get(verdict, verdict)


def data_url(svg: str) -> str:
    """Return a data: URL of a picture, so that its styles and ids stay apart from those of the page."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def capitalized(words: str) -> str:
    """Return a sentence with a capital first letter, and everything else as it is."""
    return words[:1].upper() + words[1:]


def one_line(body: str) -> str:
    """Return a body on one line, shortened: the fields of an object, the long id of the user last."""
    try:
        fields = parse_json(body.encode(errors="replace"))
    except NotJsonError:
        fields = None
    if not isinstance(fields, dict):
        return body[:_LINE]
    names = sorted(fields, key=lambda name: name == "user_id")
    line = ", ".join(f"{name} {render_json(fields[name]).decode()}" for name in names)
    return line[:_LINE]


def first_words(at_once: str) -> str:
    """Return how many requests were sent at once, such as *12 requests*."""
    return at_once.partition(" at once")[0]


def duration(seconds: float) -> str:
    """Return seconds as people write them."""
    if seconds < _MINUTE:
        return f"{seconds} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    return f"{minutes} min {rest} s"


FILTERS: dict[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (
        slug,
        word,
        data_url,
        one_line,
        first_words,
        duration,
        capitalized,
    )
}
"""The filters by the names that the template uses."""
