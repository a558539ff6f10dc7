"""Whole answers that no client expects: other statuses, other bodies, those of another request."""

import json

from tests.hostile.connection import Hostile, kind

ODD = "\x1b]0;title\x07\x1b[2J\x1b[31m\x00\x08\r\u202e\u200b\x9b31m"


@kind
class Page(Hostile):
    """A page for people comes, with 200."""

    def attack(self, *_answer):
        page = b"<!doctype html><title>Sign in</title><h1>Please sign in</h1>"
        self.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
        self.write(b"Content-Length: %d\r\n\r\n" % len(page), page)


@kind
class AnswersTheOneBefore(Hostile):
    """Each request gets the answer to the one before it."""

    def attack(self, status, headers, body):
        last = getattr(self.server, "last", ("200 OK", headers, b"{}"))
        self.server.last = (status, headers, body)
        self.json(last[0], last[2])


@kind
class ControlCharacters(Hostile):
    """Everything holds control characters: the reason, the headers, the texts."""

    def attack(self, _status, _headers, _body):
        odd = ODD.replace("\r", "").encode()
        body = json.dumps({"detail": ODD, ODD: ODD, "tx_id": ODD}, ensure_ascii=False)
        raw = body.replace("\\u001b", "\x1b").encode()
        self.write(b"HTTP/1.1 418 ", odd, b"\r\nContent-Type: application/json")
        self.write(odd.replace(b"\x00", b""), b"\r\nX-Odd: ", odd)
        self.write(b"\r\nContent-Length: %d\r\n\r\n" % len(raw), raw)


@kind
class RedirectsToItself(Hostile):
    """The answer is a redirect to the same address."""

    charges = False

    def attack(self, *_answer):
        self.json("307 Temporary Redirect", b"", "Location: /internal/billing/debit")


@kind
class TooManyRequests(Hostile):
    """Every request is one too many: 429, without a word on when to come again."""

    charges = False

    def attack(self, *_answer):
        self.json("429 Too Many Requests", b'{"detail": "slow down"}')


@kind
class BackInAnHour(Hostile):
    """503 with Retry-After: 3600."""

    charges = False

    def attack(self, *_answer):
        raw = b'{"detail": "maintenance"}'
        self.json("503 Service Unavailable", raw, "Retry-After: 3600")


class Charges(Hostile):
    """The request is carried out and answered with a refusal."""

    def attack(self, status, _headers, body):
        is_made = status.startswith("200")
        self.json(self.status if is_made else status, b'{"detail": "no"}')


@kind
class ChargesAndAnswers408(Charges):
    """Every request is carried out, and answered 408."""

    status = "408 Request Timeout"


@kind
class ChargesAndAnswers422(Charges):
    """Every request is carried out, and answered 422."""

    status = "422 Unprocessable Entity"


@kind
class ChargesAndAnswers429(Charges):
    """Every request is carried out, and answered 429."""

    status = "429 Too Many Requests"


@kind
class DeeplyNested(Hostile):
    """The body is an array in an array, a hundred thousand deep."""

    def attack(self, *_answer):
        self.json("200 OK", b"[" * 100_000 + b"]" * 100_000)


@kind
class LongNumbers(Hostile):
    """The balance has a hundred thousand digits."""

    def attack(self, _status, _headers, _body):
        digits = b"9" * 100_000
        self.json("200 OK", b'{"balance": %b, "allowed": true, "tx_id": "t"}' % digits)


@kind
class HugeExponent(Hostile):
    """The balance is a one with a billion zeros, written in a few characters."""

    def attack(self, _status, _headers, _body):
        self.json("200 OK", b'{"balance": 1e999999999, "allowed": true, "tx_id": "t"}')


@kind
class FieldsTwice(Hostile):
    """Every field of an answer stands there twice, with different values."""

    def attack(self, status, _headers, body):
        first = b'{"balance": 0, "allowed": false, "tx_id": "0", "detail": "first", '
        self.json(status, first + body[1:] if body.startswith(b"{") else body)
