"""Masking of secrets in texts, however the secret is written there.

A secret is found literally, in any letter case, escaped (JSON, percent, HTML, Python), as hexadecimal
digits and inside base64, and so is every part of it that is nearly the whole: a service may repeat a key
that it was sent with a character less. The mock and the test suite both mask with this module.
"""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MASKED = "***"
_SECRET_MIN = 8
_WORD_MIN = 4
_PART_MIN = 6
_NESTED = 2
_LAYERS_MAX = 4
_URL_SAFE = str.maketrans("-_", "+/")
_ESCAPE = re.compile(
    r"\\+u(?P<json>[0-9a-fA-F]{4})"
    r"|\\+x(?P<python>[0-9a-fA-F]{2})"
    r"|%(?P<percent>[0-9a-fA-F]{2})"
    r"|(?P<html>&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,10});)"
    r"|\\+(?P<plain>[^\\])"
)


class SecretMask:
    """Masks the secrets that it was made with.

    A secret of 8 characters or more is masked wherever two thirds of it stand together. A shorter one is
    masked as a word of its own, and one of less than 4 characters not at all: it would stain every text.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        known = list(dict.fromkeys(secrets))
        self._parts = [
            part
            for secret in known
            if len(secret) >= _SECRET_MIN
            for part in _parts_of(secret)
        ]
        self._words = [
            re.compile(rf"(?<![\w-]){re.escape(secret)}(?![\w-])")
            for secret in known
            if _WORD_MIN <= len(secret) < _SECRET_MIN
        ]
        shortest = min(map(len, self._parts), default=1)
        self._base64 = re.compile(
            rf"[A-Za-z0-9+/_-]{{{shortest * 4 // 3},}}={{0,2}}", re.ASCII
        )
        self._hex = re.compile(rf"[0-9A-Fa-f]{{{shortest * 2},}}")

    def text(self, text: str) -> str:
        """Return a text with *** in place of the secrets."""
        if self._parts:
            text = _replace(text, self._spans(text, _NESTED))
        for word in self._words:
            text = word.sub(MASKED, text)
        return text

    def data(self, data: bytes) -> bytes:
        """Return bytes with *** in place of the secrets of 8 characters or more; other bytes stay as they are."""
        if not self._parts:
            return data
        text = data.decode("latin-1")
        masked = _replace(text, self._spans(text, _NESTED))
        return data if masked is text else masked.encode("latin-1")

    def value(self, value: Any) -> Any:
        """Return a JSON value with the secrets masked in every text of it, names of fields included."""
        match value:
            case str():
                return self.text(value)
            case dict():
                return {
                    self.value(name): self.value(each) for name, each in value.items()
                }
            case list() | tuple():
                return [self.value(each) for each in value]
            case _:
                return value

    def _spans(self, text: str, depth: int) -> list[tuple[int, int]]:
        """Return where secrets stand: starts and ends, sorted, some of them overlapping."""
        spans = list(self._plain_spans(text, depth))
        for plain, places in _without_escapes(text):
            spans += [
                (places[start], places[end])
                for start, end in self._plain_spans(plain, depth)
            ]
        return sorted(spans)

    def _plain_spans(self, text: str, depth: int) -> Iterator[tuple[int, int]]:
        # str.lower keeps the length of all texts but those with a dotted capital I.
        lowered = text.lower() if "\u0130" not in text else text
        for part in self._parts:
            start = lowered.find(part)
            while start >= 0:
                yield start, start + len(part)
                start = lowered.find(part, start + 1)
        if depth:
            for pattern, decode, letters in (
                (self._base64, _decode_base64, 4),
                (self._hex, _decode_hex, 2),
            ):
                for token in pattern.finditer(text):
                    # The encoded bytes may begin at any letter of what looks like one word.
                    if any(
                        self._spans(decode(token[0][skipped:]), depth - 1)
                        for skipped in range(letters)
                    ):
                        yield token.span()


@lru_cache(maxsize=8)
def mask_of(*secrets: str) -> SecretMask:
    """Return the mask of these secrets; the same one for the same secrets."""
    return SecretMask(secrets)


def _parts_of(secret: str) -> list[str]:
    """Return the parts of a secret, in lower case, one of which stands in every text that gives it away."""
    length = max(_PART_MIN, min(len(secret) - 1, -(-2 * len(secret) // 3)))
    as_bytes = secret.encode(errors="replace").decode("latin-1")
    unescaped = [plain for plain, _ in _without_escapes(secret)]
    return list(
        dict.fromkeys(
            form[start : start + length].lower()
            for form in (secret, as_bytes, *unescaped)
            for start in range(len(form) - length + 1)
        )
    )


def _without_escapes(text: str) -> Iterator[tuple[str, list[int]]]:
    """Yield a text without its escapes, then without those that this brought to light, and so on.

    With each comes the place of each character, and of the end, in the text as it was.
    """
    places = list(range(len(text) + 1)) if _may_have_escapes(text) else []
    for _ in range(_LAYERS_MAX):
        if not _may_have_escapes(text):
            return
        plain, starts = _without_one_layer(text)
        if plain == text:
            return
        text, places = plain, [places[start] for start in starts]
        yield text, places


def _may_have_escapes(text: str) -> bool:
    return "\\" in text or "%" in text or "&" in text


def _without_one_layer(text: str) -> tuple[str, list[int]]:
    parts: list[str] = []
    starts: list[int] = []
    end = 0
    for found in _ESCAPE.finditer(text):
        character = _meaning(found)
        parts += [text[end : found.start()], character]
        starts += range(end, found.start())
        starts += [found.start()] * len(character)
        end = found.end()
    parts.append(text[end:])
    starts += range(end, len(text) + 1)
    return "".join(parts), starts


def _meaning(escape: re.Match[str]) -> str:
    kind = escape.lastgroup
    if kind == "html":
        return unescape(escape[0])
    if kind == "plain":
        return escape["plain"]
    return chr(int(escape[kind or 0], 16))


def _decode_base64(token: str) -> str:
    letters = token.rstrip("=").translate(_URL_SAFE)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return base64.b64decode(letters + "=" * (-len(letters) % 4)).decode("latin-1")


def _decode_hex(token: str) -> str:
    return bytes.fromhex(token[: len(token) // 2 * 2]).decode("latin-1")


def _replace(text: str, spans: list[tuple[int, int]]) -> str:
    """Return a text with *** for each stretch that the spans cover; the text itself where there is none."""
    if not spans:
        return text
    kept: list[str] = []
    end = 0
    for start, stop in spans:
        if start >= end:
            kept += [text[end:start], MASKED] if start > end or not kept else []
        end = max(end, stop)
    return "".join(kept) + text[end:]
