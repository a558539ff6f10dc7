"""The names of the fields that a refusal is about, read from its body, whatever form that has.

The document fixes no body of a refusal, so this knows the forms of the usual frameworks: lists with
`loc`, pointers, objects whose keys are fields, and sentences. What is found is told as a hint only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from billing_verify.errors import UnreadableResponseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_verify.client.exchange import Response

_NAME = r"[A-Za-z_][\w.\-]*"
_QUOTE = r"['\"`«]"
_SENTENCES = (
    rf"(?i:fields?|property|properties|parameter|attribute|key|argument|поле|поля|параметр)(?:\s+validation)?(?:\s+(?:for|on))?:?\s*{_QUOTE}({_NAME})",
    rf"{_QUOTE}({_NAME})['\"`»]",
    rf"\b({_NAME}):?\s+(?:field\s+)?(?:is\s+)?(?:a\s+)?(?:required|missing|mandatory|must\b|should\b|can(?:not|'t)\b|may\s+not\b)",
    rf"(?i:missing|required|unknown)(?:\s+(?:field|property|parameter))?:?\s+({_NAME})",
    rf"(?m)^({_NAME})(?::\s|\s*\n\s)",
)
# In a Russian sentence a word of Latin letters is a name.
_RUSSIAN = re.compile(r"[\u0400-\u04ff]")
_LATIN = rf"\b({_NAME})\b"
_NO_NAMES = frozenset(
    (
        "a",
        "an",
        "and",
        "are",
        "argument",
        "attribute",
        "bad",
        "body",
        "data",
        "detail",
        "error",
        "errors",
        "expected",
        "field",
        "fields",
        "for",
        "in",
        "input",
        "integer",
        "invalid",
        "is",
        "it",
        "json",
        "key",
        "missing",
        "must",
        "not",
        "null",
        "number",
        "object",
        "of",
        "or",
        "parameter",
        "path",
        "property",
        "query",
        "request",
        "required",
        "schema",
        "should",
        "string",
        "text",
        "the",
        "this",
        "to",
        "type",
        "unknown",
        "validation",
        "value",
    )
)
_NAMING = frozenset(
    (
        "field",
        "param",
        "parameter",
        "property",
        "name",
        "path",
        "pointer",
        "instancePath",
        "missingProperty",
        "fieldName",
    )
)
_SAYING = frozenset(
    (
        "detail",
        "details",
        "message",
        "msg",
        "error",
        "errors",
        "title",
        "description",
        "reason",
    )
)


def named_fields(response: Response) -> tuple[str, ...]:
    """Return the names of the fields that a refusal names, each once; none where it names none."""
    try:
        value = response.json
    except UnreadableResponseError:
        value = response.shown_body
    names = (each.rpartition(".")[2].strip("-") for each in _names(value))
    return tuple(
        dict.fromkeys(each for each in names if each and each.lower() not in _NO_NAMES)
    )


def _names(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield from _in_a_sentence(value)
        case list():
            for each in value:
                yield from _names(each)
        case dict():
            yield from _in_an_object(value)


def _in_an_object(value: dict[str, Any]) -> Iterator[str]:
    if isinstance(value.get("loc"), list):
        yield str(value["loc"][-1]) if value["loc"] else ""
        return
    naming = [each for name, each in value.items() if name in _NAMING]
    pointers = [each for each in naming if isinstance(each, str)]
    if pointers:
        yield from (re.split(r"[./#]", each)[-1] for each in pointers)
        return
    for name, each in value.items():
        if name in _SAYING:
            yield from _names(each)
        elif isinstance(each, list) and all(isinstance(one, str) for one in each):
            yield name
        elif isinstance(each, dict | list):
            yield from _names(each)
    if not _SAYING & value.keys() and all(
        isinstance(one, str) for one in value.values()
    ):
        yield from value


def _in_a_sentence(text: str) -> list[str]:
    patterns = (*_SENTENCES, _LATIN) if _RUSSIAN.search(text) else _SENTENCES
    for pattern in patterns:
        found = [
            each for each in re.findall(pattern, text) if each.lower() not in _NO_NAMES
        ]
        if found:
            return found
    return []
