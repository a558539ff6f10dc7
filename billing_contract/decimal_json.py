"""Parse and write JSON with every number as a Decimal.

The parser is stricter than Python's own where a billing service has to be: UTF-8 only, no NaN, no
Infinity, no escape of half a surrogate pair.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any

import simplejson

_DECODER = simplejson.JSONDecoder(
    parse_float=Decimal, parse_int=Decimal, allow_nan=False
)
_ENCODER = simplejson.JSONEncoder(use_decimal=True, ensure_ascii=False, allow_nan=False)


class NotJsonError(ValueError):
    """Bytes are not JSON; the message gives the reason and may be shown to a user."""


def parse_json(raw: bytes) -> Any:
    """Return the one JSON value that the bytes hold; every number is a Decimal.

    Raises NotJsonError when the bytes are not UTF-8, not one JSON value, hold the escape of a lone
    surrogate, are nested too deeply, or hold a number outside the range of Decimal.
    """
    try:
        text = raw.decode()
        value = _DECODER.decode(text)
        if "\\u" in text:
            render_json(value)
    except UnicodeDecodeError as error:
        raise NotJsonError(f"not UTF-8 at byte {error.start}") from error
    except UnicodeEncodeError as error:
        raise NotJsonError(
            "an escape such as \\ud800 stands for no character"
        ) from error
    except simplejson.JSONDecodeError as error:
        raise NotJsonError(str(error)) from error
    except RecursionError as error:
        raise NotJsonError("nested too deeply") from error
    except InvalidOperation as error:
        raise NotJsonError(
            "a number is too large or too small to be kept exactly"
        ) from error
    return value


def repeated_names(raw: bytes) -> list[str]:
    """Return the names that some object of a JSON text holds more than once, each once, in the order of their objects.

    Raises NotJsonError where the bytes are not JSON.
    """
    repeated: dict[str, None] = {}

    def note(pairs: list[tuple[str, Any]]) -> None:
        counts = Counter(name for name, _ in pairs)
        repeated.update((name, None) for name, count in counts.items() if count > 1)

    parse_json(raw)
    simplejson.loads(raw, object_pairs_hook=note, parse_float=str, parse_int=str)
    return list(repeated)


def render_json(value: Any) -> bytes:
    """Return the value as JSON in UTF-8; a Decimal keeps every digit.

    Raises UnicodeEncodeError for a text with a lone surrogate.
    """
    return _ENCODER.encode(value).encode()
