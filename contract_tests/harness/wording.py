"""Messages of failed assertions as people write them."""

from __future__ import annotations

import re

_DECIMAL = re.compile(r"Decimal\('([^']*)'\)")
_TOLERANCE = re.compile(r" ± 5\.0e-0?3")
_DRAWN = re.compile(r"\s*(?:Full diff|Use -v)")


def in_words(error: BaseException) -> str:
    """Amounts without their class and tolerance, and no difference drawn line by line."""
    message = _DRAWN.split(str(error), maxsplit=1)[0]
    return _TOLERANCE.sub("", _DECIMAL.sub(r"\1", message))
