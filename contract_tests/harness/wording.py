"""Messages of failed assertions as people write them."""

from __future__ import annotations

import re

_DECIMAL = re.compile(r"Decimal\('([^']*)'\)")
_TOLERANCE = re.compile(r" ± 5\.0e-0?3")
_COMPARED = re.compile(
    r"assert (?P<left>.+?) (?P<relation>==|is|in|<=|<|>=) (?P<right>.+)"
    r"(?:\n \+  where (?P<named>.+?) = (?P<source>.+))?"
)
_ANSWER = re.compile(r"<answer \d+: (?P<body>.*)>\.\w+")
_BOUNDS = {"<": "below ", "<=": "at most ", ">=": "at least "}
_MIRRORED = {"<=": ">="}


def in_words(error: BaseException) -> str:
    """What was expected and what came; amounts without their class and tolerance."""
    message = _TOLERANCE.sub("", _DECIMAL.sub(r"\1", str(error)))
    compared = _COMPARED.match(message)
    if compared is None:
        return message
    came, relation, wanted = compared["left"], compared["relation"], compared["right"]
    if came != compared["named"] == wanted and relation in _MIRRORED:
        came, relation, wanted = wanted, _MIRRORED[relation], came
    if relation == "in":
        wanted = wanted.strip("{}").replace(", ", " or ")
    answer = _ANSWER.fullmatch(compared["source"] or "")
    body = f": {answer['body']}" if answer else ""
    return f"{_BOUNDS.get(relation, '')}{wanted} was expected, and {came} came{body}"
