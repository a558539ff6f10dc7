"""A long sequence of requests to a service, one after the other, without a network.

It has requests for everything that the faults are about, and every answer is
kept. A fault that needs no concurrency changes some answer; a race changes none.
"""

import io
import json
import time
from urllib.parse import quote

from tests.zoo.service import Service

ALICE = "11111111-1111-1111-1111-111111111111"
BOB = "22222222-2222-2222-2222-222222222222"
PLAN = {
    "plan_code": "base750",
    "expires_at": "2025-07-31T10:00:00Z",
    "status": "active",
}
ORDER = {"user_id": ALICE, "units": 2.5, "ref": "order-1", "reason": "chat_message"}
CHECK, DEBIT = "/internal/billing/check", "/internal/billing/debit"
BALANCE = "/internal/billing/balance"
CREDIT, APPLY = "/internal/billing/credit", "/internal/billing/plan/apply"


class SequenceClient:
    """A client that keeps every answer: `answers` has status line, headers and body of each."""

    def __init__(self, service):
        self.service = service
        self.answers = []
        self.refs = 0

    def call(self, method, path, body=b"", *, key=Service.key, **headers):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(raw)),
            "CONTENT_TYPE": "application/json",
            "wsgi.input": io.BytesIO(raw),
            **({} if key is None else {"HTTP_X_INTERNAL_KEY": key}),
            **headers,
        }
        head = []
        chunks = self.service(environ, lambda *start: head.extend(start))
        self.answers.append((*head, b"".join(chunks)))

    def open(self, user_id, balance, plan=None):
        account = {"user_id": user_id, "balance": balance, "plan": plan}
        self.call("POST", "/_zoo/accounts", account)

    def check(self, units=1, user_id=ALICE, **how):
        self.call("POST", CHECK, {"user_id": user_id, "units": units}, **how)

    def debit(self, how=None, **changes):
        """Send a debit, under a fresh ref if no other is given."""
        self.refs += 1
        order = {**ORDER, "ref": f"ref-{self.refs}", **changes}
        self.call("POST", DEBIT, order, **how or {})

    def balance(self, user_id=ALICE, **how):
        self.call("GET", f"{BALANCE}?user_id={quote(user_id)}", **how)

    def look(self):
        for user_id in (ALICE, BOB):
            self.check(user_id=user_id)
            self.balance(user_id)


def send_sequence(service, *, pause=0.0):
    """Send the whole sequence and return the answers; after each part, sleep `pause` seconds.

    The pause lets expire what a faulty service forgets after a while.
    """
    client = SequenceClient(service)
    for part in (
        money,
        verdicts,
        refs,
        keys,
        fields,
        bodies,
        odd_texts,
        methods,
        more,
    ):
        client.open(ALICE, "742.00", PLAN)
        client.open(BOB, 742)
        part(client)
        time.sleep(pause)
        client.debit(ref="order-1")
        client.look()
    return client.answers


def money(client):
    for units in (0.1, 0.29, 0.57, 1.15, 0.05, 2.75, 0.4, 13):
        client.debit(units=units)
        client.look()
    for _ in range(30):
        client.debit(units=0.1)
    for opening in ("0.30", "1", "5", "0.5", "12345.67", "1000003"):
        client.open(ALICE, opening)
        for units in (5.01, 0.1, 0.9, 0.1, 0.1, 7, 0.45, 3.8):
            client.debit(units=units)
            client.look()


def verdicts(client):
    for units in (742, 742.01, 741.99, 742.4, 800, 700, 742):
        client.check(units)
        client.look()
    client.debit(units=41.37)
    client.check(742)
    client.check(700.63)
    client.look()
    client.look()


def refs(client):
    for ref in ("order-1", "order-1", "order-1"):
        client.debit(ref=ref)
        client.balance()
    client.debit(ref="order-1", units=7)
    client.debit(ref="order-1", reason="other")
    long = "r" * 63
    for ref in (" order-1", "order-1 ", "ORDER-1", long + "1", long + "2"):
        client.debit(ref=ref)
    for ref in ("é", "e\u0301", "e", "\uff21", "A"):
        client.debit(ref=ref)
    for _ in range(230):
        client.debit(units=0.01)
    client.debit(ref="order-1")
    client.debit(ref="large", units=9999)
    client.debit(ref="large", units=1)
    client.open(BOB, 5)
    for _ in range(2):
        client.debit(user_id=BOB, ref="all", units=5)
    client.debit(user_id=BOB, ref="too much")
    client.debit(user_id="11111111-1111-1111-1111-111111111112", ref="near")


def keys(client):
    client.check()
    key = Service.key
    near = (key[:-1], key[:8], key + "2", key.upper(), "", f"{key[:8]},{key[8:]}")
    strangers = ("no", "no,no", *near, "ключ", None)
    for stranger in strangers:
        how = {"key": stranger}
        client.check(**how)
        client.check("much", **how)
        client.balance(**how)
        client.call("POST", DEBIT, b"{", **how)
        client.debit(how, ref="stranger")
        client.debit(how, units=9999)
        client.call("GET", BALANCE, **how)
        client.call("POST", CREDIT, ORDER, **how)
        client.call("POST", APPLY, {"user_id": BOB, "plan_id": "base750"}, **how)
    client.debit(ref="stranger")
    client.debit({"key": "no"}, ref="stranger")


def fields(client):
    for name in ORDER:
        rest = {other: ORDER[other] for other in ORDER if other != name}
        client.call("POST", DEBIT, rest)
        for wrong in (None, {}, ["a"], [2], 5, True, "", "5 units", "2.0", "two"):
            client.debit(**{"ref": "order-1", name: wrong})
            client.call("POST", CHECK, {"user_id": ALICE, "units": 1, name: wrong})
    client.call("POST", CHECK, {"user_id": ALICE})
    for path in (BALANCE, f"{BALANCE}?user_id="):
        client.call("GET", path)
    for units in (-5, -0.4, 0, 0.0):
        client.debit(units=units)
        client.check(units)


def bodies(client):
    sound = json.dumps({**ORDER, "ref": "body"}).encode()
    loose = sound.replace(b'"', b"'")
    form = f"user_id={ALICE}&units=3&ref=form&reason=x".encode()
    for raw in (
        b"",
        b"{",
        b"[]",
        b"null",
        sound + b"}",
        loose,
        form,
        b"\xff",
        b"[" * 999,
    ):
        client.call("POST", DEBIT, raw)
    for number in (b"NaN", b"Infinity", b"-Infinity", b"1e400", b"9" * 20):
        client.call(
            "POST", CHECK, b'{"user_id":"%b","units":%b}' % (ALICE.encode(), number)
        )
        client.call("POST", DEBIT, sound.replace(b"2.5", number))
    for number in (b"1e0", b"0.010"):
        ref = b"body-%b" % number
        client.call("POST", DEBIT, sound.replace(b"2.5", number).replace(b"body", ref))
    client.call("POST", DEBIT, b"\n " + sound)


def odd_texts(client):
    for text in ("a\0b", "😀", "заметка", "\ud800", "x" * 64, "مرحبا"):
        client.debit(ref=text)
        client.debit(reason=text)
    for user_id in ("test-user", "33333333-3333-3333-3333-333333333333", "u" * 40):
        client.balance(user_id)
        client.check(user_id=user_id)
        client.debit(user_id=user_id)
        client.balance(user_id)
    client.check(HTTP_X_REQUEST_ID="abc")


def methods(client):
    for method in ("GET", "PUT", "PATCH", "DELETE", "HEAD"):
        client.call(method, DEBIT, ORDER)
    client.call("DELETE", f"{BALANCE}?user_id={ALICE}")
    client.call("POST", "/nowhere")


def more(client):
    for ref in ("c-1", "c-1", "c-2"):
        client.call("POST", CREDIT, {**ORDER, "ref": ref})
    client.call("POST", CREDIT, {**ORDER, "units": -5, "ref": "c-3"})
    client.call("POST", CREDIT, {"user_id": ALICE, "units": 5, "ref": "c-4"})
    for plan_id in ("base750", "base750", "nothing"):
        client.call("POST", APPLY, {"user_id": BOB, "plan_id": plan_id, "ref": "p-1"})
