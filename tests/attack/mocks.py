"""The mock that is attacked: its control plane, its memory, and whether it still answers."""

import http.client
import json
import time
from decimal import Decimal
from pathlib import Path

import simplejson

from tests.attack.http_bytes import debit_body
from tests.processes import KEY

PAGE_BYTES = 4096
SECONDS_MAX = 60
WRONG_MAX = 20


class Target:
    """A mock, seen over HTTP. One thread may use an instance, as a context manager."""

    def __init__(self, url, process=None):
        host, port = url.rpartition("/")[2].rsplit(":", 1)
        self.address = (host, int(port))
        self.process = process
        self._connection = http.client.HTTPConnection(
            *self.address, timeout=SECONDS_MAX
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()

    def beside(self):
        """Return another instance for the same mock, for another thread."""
        return Target("http://{}:{}".format(*self.address), self.process)

    def call(self, method, path, value=None):
        """Return status and body of an answer. Raises OSError and HTTPException where none comes."""
        body = value if isinstance(value, bytes) else None
        if value is not None and body is None:
            body = json.dumps(value).encode()
        headers = {"X-Internal-Key": KEY, "Content-Type": "application/json"}
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def control(self, method, path, value=None):
        """Return the JSON of the control plane, with exact numbers. Raises AssertionError for a refusal."""
        status, body = self.call(method, f"/_mock/{path}", value)
        assert status < 300, f"{method} {path}: {status} {body[:300]!r}"
        return simplejson.loads(body, use_decimal=True) if body else None

    def open_accounts(self, users, balance):
        """Open accounts with a balance each."""
        accounts = [{"user_id": each, "balance": balance} for each in users]
        self.control("POST", "accounts", {"accounts": accounts})

    def debit(self, user_id, ref, units="0.01"):
        """Return the status of a debit."""
        return self.call(
            "POST", "/internal/billing/debit", debit_body(user_id, ref, units)
        )[0]

    def balances(self):
        """Return the balance of every account."""
        accounts = self.control("GET", "accounts")["accounts"]
        return {each["user_id"]: Decimal(each["balance"]) for each in accounts}

    def booked(self):
        """Return what was debited from each account, by its transactions, from all pages."""
        found, link = {}, "transactions"
        while link is not None:
            page = self.control("GET", link.removeprefix("/_mock/"))
            for each in page["transactions"]:
                units = each["units"] if each["kind"] == "debit" else -each["units"]
                found[each["user_id"]] = found.get(each["user_id"], 0) + Decimal(units)
            link = page["next"]
        return found

    def mebibytes(self):
        """Return the memory of the process."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * PAGE_BYTES >> 20


class Bystander:
    """A well-behaved client beside an attack: an account of its own, and one request after another.

    With `exact` every balance that it is told has to be right to the cent; resets would change it.
    """

    USER, OPENING = "well-behaved", 100_000_000

    def __init__(self, target, *, exact):
        self._target, self._exact = target, exact
        self.requests, self.failed, self.slowest = 0, [], 0.0

    def go_on(self, stop):
        """Debit, check and read the balance until the event is set."""
        left, number = Decimal(self.OPENING), 0
        with self._target:
            while not stop.wait(0.01):
                number += 1
                debit = debit_body(self.USER, f"good-{number}")
                left -= Decimal("0.01")
                for path, body in (
                    ("debit", debit),
                    ("check", debit),
                    ("balance", None),
                ):
                    self._ask(path, body, left)

    def _ask(self, path, body, left):
        begun = time.monotonic()
        target = f"/internal/billing/{path}"
        if body is None:
            target += f"?user_id={self.USER}"
        try:
            status, answer = self._target.call(
                "GET" if body is None else "POST", target, body
            )
            told = simplejson.loads(answer, use_decimal=True).get("balance")
            if status != 200 or (self._exact and told != left):
                self._fail(f"{path}: {status} {answer[:200]!r}, expected {left}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._fail(f"{path}: {error!r}")
        self.requests += 1
        self.slowest = max(self.slowest, time.monotonic() - begun)

    def _fail(self, words):
        if len(self.failed) < WRONG_MAX:
            self.failed.append(words)
