"""JSON in which every number is a Decimal, from text to text.

Stricter than Python's own reader where a billing service has to be: UTF-8 only, no NaN, no
Infinity, no text that is not Unicode.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import simplejson

_DECODER = simplejson.JSONDecoder(
    parse_float=Decimal, parse_int=Decimal, allow_nan=False
)
_ENCODER = simplejson.JSONEncoder(use_decimal=True, ensure_ascii=False, allow_nan=False)


class NotJsonError(ValueError):
    """The bytes are no JSON; the message says why, in words that can be shown."""


def parse_json(raw: bytes) -> Any:
    """Read one JSON value. Raises NotJsonError."""
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


def render_json(value: Any) -> bytes:
    """Write a JSON value; Decimals keep every digit. Raises UnicodeEncodeError for lone surrogates."""
    return _ENCODER.encode(value).encode()
