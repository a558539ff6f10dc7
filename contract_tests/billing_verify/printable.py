"""What makes a text fit to be printed or written: no secret is in it, and no character that acts on a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from billing_contract.masking import mask_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff]"
)


class Printable:
    """Masks the secrets of a run in whatever leaves it, and writes characters out that act on a terminal."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._mask = mask_of(*secrets)

    def text(self, text: str) -> str:
        """Return a text for a terminal or a page."""
        return make_visible(self._mask.text(text))

    def value(self, value: Any) -> Any:
        """Return a JSON value with the secrets masked. Its characters stay: what shows it writes them out."""
        return self._mask.value(value)


def make_visible(text: str) -> str:
    """Return a text with escapes for characters that are not shown, that reorder the text, or that act on a terminal."""
    return _INVISIBLE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004  the last of one byte
