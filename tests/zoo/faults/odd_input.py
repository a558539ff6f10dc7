"""Odd but legal input that ends in a 5xx."""

import re
import uuid

from tests.zoo.clauses import FRESH_DEBITS
from tests.zoo.registry import faulty
from tests.zoo.service import Service


class Choking(Service):
    """A service that chokes on some texts."""

    def text(self, body, name):
        text = super().text(body, name)
        self.store(name, text)
        return text


@faulty(breaks="http.no-5xx")
class NulIs500(Choking):
    """The database's text cannot hold U+0000, and raises an exception."""

    def store(self, _name, text):
        if "\0" in text:
            raise RuntimeError("a string literal cannot contain NUL (0x00) characters")


@faulty(breaks="http.no-5xx")
class EmojiIs500(Choking):
    """The table is in the old three-byte UTF-8, which has no emoji."""

    def store(self, _name, text):
        if any(ord(letter) > 0xFFFF for letter in text):
            raise RuntimeError(r"Incorrect string value: '\xF0\x9F'")


@faulty(breaks="http.no-5xx")
class NonLatinReasonIs500(Choking):
    """The audit log is written in Latin-1."""

    def store(self, name, text):
        if name == "reason":
            text.encode("latin-1")


@faulty(breaks="http.no-5xx", also=("ref.exact",))
class NonAsciiRefIs500(Choking):
    """The ref becomes a header of the call to the ledger, and headers are ASCII."""

    def store(self, name, text):
        if name == "ref":
            text.encode("ascii")


@faulty(breaks="http.no-5xx")
class LoneSurrogateIs500(Choking):
    """A lone surrogate is legal in JSON and cannot be written as UTF-8."""

    def store(self, _name, text):
        text.encode()


@faulty(breaks="http.no-5xx", also=("ref.exact",))
class RefOf64Is500(Choking):
    """The column holds 63 characters, and the database refuses more."""

    def store(self, name, text):
        if name == "ref" and len(text) > 63:
            raise RuntimeError("value too long for type character varying(63)")


@faulty(breaks="http.no-5xx", also=FRESH_DEBITS)
class LongReasonIs500(Choking):
    """The reason is an enum of twenty characters in the database, and text in the model."""

    def store(self, name, text):
        if name == "reason" and len(text) > 20:
            raise RuntimeError("value too long for type character varying(20)")


@faulty(breaks="http.no-5xx")
class LongUserIdIs500(Service):
    """The column has the 36 characters of a UUID, and the database refuses more."""

    def account(self, user_id):
        if len(user_id) > 36:
            raise RuntimeError("value too long for type character varying(36)")
        return super().account(user_id)


@faulty(breaks="http.no-5xx", also=("input.no-effect",))
class PlainUserIdIs500(Service):
    """The column is a UUID, and test-user goes down to it unchecked."""

    def account(self, user_id):
        uuid.UUID(user_id)
        return super().account(user_id)


@faulty(breaks="http.no-5xx")
class UnknownUserIs500(Service):
    """A user nobody has seen is None, and None has no balance."""

    def unknown_account(self, user_id):
        return None


@faulty(breaks="http.no-5xx")
class ExponentIs500(Service):
    """Amounts are cut at their point as text, and 1e0 has none and is no integer."""

    def decode(self, raw):
        for digits in re.findall(rb'"units"\s*:\s*([0-9][0-9.eE+-]*)', raw):
            int(digits.partition(b".")[0])
        return super().decode(raw)


@faulty(breaks="http.no-5xx")
class ThirdDecimalIs500(Service):
    """The decimals are counted as they were written, and 0.010 overflows the column."""

    def amount(self, value):
        if value.as_tuple().exponent < -2:
            raise RuntimeError("numeric field overflow: NUMERIC(18, 2)")
        return super().amount(value)


@faulty(breaks="http.no-5xx")
class BigUnitsAre500(Service):
    """The sum is counted in 64 bits, and the database refuses what does not fit."""

    def amount(self, value):
        if abs(value) * 100 >= 2**63:
            raise RuntimeError("bigint out of range")
        return super().amount(value)


@faulty(breaks="http.no-5xx")
class EndlessUnitsAre500(Service):
    """1e400 is legal JSON and infinite as a float, which no integer can hold."""

    def amount(self, value):
        int(float(value) * 100)
        return super().amount(value)


@faulty(breaks="http.no-5xx", also=("input.wrong-type",))
class ArrayBodyIs500(Service):
    """The body is taken for an object unlooked at; a list has no get."""

    def parse(self, request):
        body = self.decode(request.body)
        body.get("user_id")
        return body


@faulty(breaks="http.no-5xx", also=("input.not-json",))
class EmptyBodyIs500(Service):
    """Without a body the framework gives None, and None has no fields."""

    def decode(self, raw):
        return super().decode(raw) if raw else raw[0]


@faulty(breaks="http.no-5xx", also=("input.not-json",))
class InvalidUtf8Is500(Service):
    """Bytes that are no UTF-8 fail in the decoding, ahead of the parser's try."""

    def decode(self, raw):
        raw.decode()
        return super().decode(raw)


@faulty(breaks="http.no-5xx", also=("input.not-json",))
class DeepJsonIs500(Service):
    """A thousand nested arrays exhaust the parser's stack."""

    def decode(self, raw):
        if raw.count(b"[") + raw.count(b"{") > 900:
            raise RecursionError("maximum recursion depth exceeded")
        return super().decode(raw)


@faulty(breaks="http.no-5xx")
class LeadingSpaceIs500(Service):
    """A filter tells JSON from the old protocol by its first byte, and trips over a newline."""

    def decode(self, raw):
        if raw[:1].isspace():
            raise RuntimeError(f"unknown protocol: {raw[0]:#x}")
        return super().decode(raw)


@faulty(breaks="http.no-5xx")
class RequestIdIs500(Service):
    """The tracing middleware reads X-Request-ID as a UUID, whatever it is."""

    def handle(self, request):
        uuid.UUID(request.environ.get("HTTP_X_REQUEST_ID", str(uuid.UUID(int=0))))
        return super().handle(request)
