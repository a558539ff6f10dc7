"""A client of the documented operations, over one warm connection."""

import gzip
import http.client
import json
import select
import socket
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from tests.zoo.service import Service

JSON = {"Content-Type": "application/json"}
KEY = {**JSON, "X-Internal-Key": Service.key}


class Answer(NamedTuple):
    """A status, and a body: parsed where it is JSON, else bytes."""

    status: int
    body: object


class Client:
    """A client of one service; close it, or use it in a with block."""

    def __init__(self, url):
        self.address = urlsplit(url)
        self.connection = http.client.HTTPConnection(self.address.netloc, timeout=10)
        self.connection.connect()

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.connection.close()

    def call(self, method, path, body=None, *, headers=KEY):
        """Send a request, its body as JSON unless it is bytes, and return the Answer."""
        raw = (
            body
            if body is None or isinstance(body, bytes)
            else json.dumps(body).encode()
        )
        self.connection.request(method, path, raw, headers)
        response = self.connection.getresponse()
        text = response.read()
        if response.headers["Content-Encoding"] == "gzip":
            text = gzip.decompress(text)
        is_json = text and response.headers.get_content_subtype().endswith("json")
        return Answer(response.status, json.loads(text) if is_json else text)

    def open(self, user_id, balance, plan=None):
        """Open an account, or replace it."""
        account = {"user_id": user_id, "balance": balance, "plan": plan}
        opened = self.call("POST", "/_zoo/accounts", account, headers=JSON)
        assert opened.status == 204

    def check(self, user_id, units):
        asked = {"user_id": user_id, "units": units}
        return self.call("POST", "/internal/billing/check", asked)

    def debit(self, user_id, ref, units=1, *, reason="test"):
        return self.call(
            "POST", "/internal/billing/debit", order(user_id, ref, units, reason=reason)
        )

    def credit(self, user_id, ref, units=1):
        return self.call("POST", "/internal/billing/credit", order(user_id, ref, units))

    def statement(self, user_id):
        return self.call("GET", f"/internal/billing/balance?user_id={quote(user_id)}")

    def balance(self, user_id):
        """Return the balance of an account as a number."""
        return self.statement(user_id).body["balance"]

    def debit_and_disconnect(self, user_id, ref, units=1, *, after=0):
        """Send a debit over a connection of its own and close it so many seconds later, without reading the answer."""
        body = json.dumps(order(user_id, ref, units)).encode()
        headers = {**KEY, "Host": self.address.netloc, "Content-Length": len(body)}
        lines = [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join(["POST /internal/billing/debit HTTP/1.1", *lines, "", ""])
        with socket.create_connection(
            (self.address.hostname, self.address.port)
        ) as stranger:
            stranger.sendall(head.encode() + body)
            select.select([stranger], [], [], after)


def order(user_id, ref, units, *, reason="test"):
    return {"user_id": user_id, "units": units, "ref": ref, "reason": reason}
