"""Messages of failed assertions as people write them."""

from __future__ import annotations

import re

_DECIMAL = re.compile(r"Decimal\('([^']*)'\)")
_TOLERANCE = re.compile(r" ± 5\.0e-0?3")
_DRAWN = re.compile(r"\s*(?:Full diff|Use -v)")
_ESCAPED = re.compile(r"\\u((?!d[89a-f]|00[01])[0-9a-f]{4})")
_COMPARED = re.compile(
    r"assert (?P<left>'[^']*'|[^'\n]+?) (?P<relation>==|is|in|<=|<|>=) (?P<right>.+)"
    r"(?:\n \+  where (?P<named>.+?) = (?P<source>.+))?"
)
_ANSWER = re.compile(r"<answer \d+: (?P<body>.*)>\.\w+")
_CUT = "..."
_BOUNDS = {"<": "below ", "<=": "at most ", ">=": "at least "}
_MIRRORED = {"<=": ">="}


def describe(error: BaseException) -> str:
    """What was expected and what came; amounts without their class and tolerance, letters as they are."""
    message = _DRAWN.split(str(error), maxsplit=1)[0]
    message = _TOLERANCE.sub("", _DECIMAL.sub(r"\1", message))
    message = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), message)
    compared = _COMPARED.match(message)
    if compared is None or _CUT in compared["left"] + compared["right"]:
        return message
    came, relation, wanted = compared["left"], compared["relation"], compared["right"]
    if came != compared["named"] == wanted and relation in _MIRRORED:
        came, relation, wanted = wanted, _MIRRORED[relation], came
    if relation == "in":
        wanted = wanted.strip("{}").replace(", ", " or ")
    response = _ANSWER.fullmatch(compared["source"] or "")
    body = f": {response['body'] or 'an empty body'}" if response else ""
    return f"{_BOUNDS.get(relation, '')}{wanted} was expected, and {came} came{body}"
