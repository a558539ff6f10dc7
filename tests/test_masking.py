"""A secret is masked however it is written, and nothing else is."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_contract.masking import SecretMask

KEYS = ("super-secret-dev", "b64/+secret==", "a&b<c>'d\"e", "AAAAAAAA-%41\\u0041")
NEAR_MISSES = {
    "prefix": lambda key: key[:-1],
    "suffix": lambda key: key[1:],
    "extension": lambda key: f"{key}x",
    "doubled": lambda key: key + key,
    "upper case": str.upper,
    "other case": str.swapcase,
    "last character": lambda key: f"{key[:-1]}~",
}
WRAPPINGS = {
    "as it is": str,
    "in JSON": lambda key: json.dumps({"detail": key}),
    "JSON with \\/": lambda key: json.dumps(key).replace("/", "\\/"),
    "JSON in JSON": lambda key: json.dumps(json.dumps(key)),
    "all \\u": lambda key: "".join(f"\\u{ord(each):04X}" for each in key),
    "all \\x": lambda key: "".join(f"\\x{ord(each):02x}" for each in key),
    "some \\u": lambda key: key.replace("e", "\\u0065").replace("+", "\\u002B"),
    "percent": lambda key: quote(key, safe=""),
    "a query": quote_plus,
    "all percent": lambda key: "".join(f"%{ord(each):02x}" for each in key),
    "percent twice": lambda key: quote(quote(key, safe=""), safe=""),
    "HTML": html.escape,
    "HTML numbers": lambda key: "".join(f"&#{ord(each)};" for each in key),
    "HTML hexadecimal": lambda key: "".join(f"&#x{ord(each):X};" for each in key),
    "hexadecimal": lambda key: key.encode().hex(),
    "base64": lambda key: base64.b64encode(key.encode()).decode(),
    "base64 for URLs": lambda key: base64.urlsafe_b64encode(key.encode()).decode(),
    "base64, unpadded": lambda key: base64.b64encode(key.encode()).decode().strip("="),
    "Basic": lambda key: f"Basic {base64.b64encode(f'ab:{key}'.encode()).decode()}",
    "base64 of JSON": lambda key: base64.b64encode(
        json.dumps({"k": key, "more": 1}).encode()
    ).decode(),
    "base64 in a word": lambda key: (
        f"token{base64.b64encode(key.encode()).decode()}end"
    ),
    "base64 twice": lambda key: base64.b64encode(
        base64.b64encode(f"x{key}".encode())
    ).decode(),
    "base64 escaped": lambda key: quote(
        base64.b64encode(f"ab{key}".encode()).decode(), safe=""
    ),
}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("near", ["itself", *NEAR_MISSES])
def test_a_secret_is_masked_in_every_wrapping(key, wrapping, near):
    given_away = NEAR_MISSES.get(near, str)(key)
    wrapped = WRAPPINGS[wrapping](given_away)

    masked = SecretMask([key]).text(f"before {wrapped} after")

    assert masked.startswith("before ")
    assert masked.endswith(" after")
    assert "***" in masked
    assert wrapped.strip('"{}') not in masked
    assert len(masked) < len("before  after") + len(wrapped)


@pytest.mark.parametrize("before", ["", "a", "ab", "user:", "x" * 50])
@pytest.mark.parametrize("after", ["", "z", "zz", ":more"])
def test_base64_is_masked_at_every_alignment(before, after):
    key = "super-secret-dev"
    wrapped = base64.b64encode(f"{before}{key}{after}".encode()).decode()

    assert SecretMask([key]).text(f"Basic {wrapped}.") == "Basic ***."


def test_only_the_secret_is_masked():
    mask = SecretMask(["super-secret-dev"])
    text = '{"detail": "Invalid key: super-secret-de", "user_id": "11111111-1111-1111"}'

    assert mask.text(text) == (
        '{"detail": "Invalid key: ***", "user_id": "11111111-1111-1111"}'
    )


@settings(max_examples=500, database=None, deadline=None)
@given(st.text())
def test_a_text_without_the_secret_stays_as_it_is(text):
    mask = SecretMask(["q8J-zz2kLm41", "short"])

    assert mask.text(f"{text}\u0130") == f"{text}\u0130"


def test_bytes_that_are_no_text_stay_as_they_are():
    mask = SecretMask(["super-secret-dev"])

    assert mask.data(b"\xff\x00super-secret-dev\xfe") == b"\xff\x00***\xfe"


def test_a_short_secret_is_masked_as_a_word_alone():
    mask = SecretMask(["balance", "abc"])

    assert mask.text('the key balance; "balances" abc') == 'the key ***; "balances" abc'
    assert mask.data(b'{"balance": 1}') == b'{"balance": 1}'


def test_every_text_of_a_value_is_masked():
    mask = SecretMask(["super-secret-dev"])

    masked = mask.value({"super-secret-dev": ["super-secret-dev", 1, None]})

    assert masked == {"***": ["***", 1, None]}
