"""JSON with exact decimals, and the parts of a request that the steps read."""

from decimal import Decimal
from http import HTTPStatus
from urllib.parse import parse_qs

import simplejson

# Every fraction is a Decimal from the first; NaN and Infinity are not JSON.
DECODER = simplejson.JSONDecoder(parse_float=Decimal)
ENCODER = simplejson.JSONEncoder(use_decimal=True, separators=(",", ":"))


def decode(raw):
    return DECODER.decode(raw.decode())


def encode(body):
    return ENCODER.encode(body).encode()


def status_line(status):
    return f"{status} {HTTPStatus(status).phrase}"


class Request:
    """A request with its whole body, made from a WSGI environ."""

    __slots__ = ("body", "environ", "key", "method", "path")

    def __init__(self, environ):
        self.environ = environ
        self.method = environ["REQUEST_METHOD"]
        self.path = environ["PATH_INFO"]
        self.key = environ.get("HTTP_X_INTERNAL_KEY")
        length = int(environ.get("CONTENT_LENGTH") or 0)
        self.body = environ["wsgi.input"].read(length)

    def query(self, name):
        found = parse_qs(self.environ["QUERY_STRING"], keep_blank_values=True)
        return found.get(name, [None])[0]
