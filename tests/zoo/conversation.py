"""One client's long conversation with a service, without a network.

It asks for everything that the faults are about, one call after another, and
keeps every answer. A fault that needs no concurrency changes some answer; a
race changes none.
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


class Talk:
    """The calls of one client, and the answers so far."""

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
        chunks = self.service(environ, lambda *told: head.extend(told))
        self.answers.append((*head, b"".join(chunks)))

    def open(self, user_id, balance, plan=None):
        account = {"user_id": user_id, "balance": balance, "plan": plan}
        self.call("POST", "/_zoo/accounts", account)

    def check(self, units=1, user_id=ALICE, **how):
        self.call("POST", CHECK, {"user_id": user_id, "units": units}, **how)

    def debit(self, how=None, **changes):
        """Debit under a fresh ref, if no other is given."""
        self.refs += 1
        order = {**ORDER, "ref": f"ref-{self.refs}", **changes}
        self.call("POST", DEBIT, order, **how or {})

    def balance(self, user_id=ALICE, **how):
        self.call("GET", f"{BALANCE}?user_id={quote(user_id)}", **how)

    def look(self):
        for user_id in (ALICE, BOB):
            self.check(user_id=user_id)
            self.balance(user_id)


def converse(service, *, pause=0.0):
    """Talk about everything; a pause lets what expires expire."""
    talk = Talk(service)
    for topic in (
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
        talk.open(ALICE, "742.00", PLAN)
        talk.open(BOB, 742)
        topic(talk)
        time.sleep(pause)
        talk.debit(ref="order-1")
        talk.look()
    return talk.answers


def money(talk):
    for units in (0.1, 0.29, 0.57, 1.15, 0.05, 2.75, 0.4, 13):
        talk.debit(units=units)
        talk.look()
    for _ in range(30):
        talk.debit(units=0.1)
    for opening in ("0.30", "1", "5", "0.5", "12345.67"):
        talk.open(ALICE, opening)
        for units in (5.01, 0.1, 0.9, 0.1, 0.1, 7, 0.45, 3.8):
            talk.debit(units=units)
            talk.look()


def verdicts(talk):
    for units in (742, 742.01, 741.99, 742.4, 800, 700, 742):
        talk.check(units)
        talk.look()
    talk.debit(units=41.37)
    talk.check(742)
    talk.check(700.63)
    talk.look()
    talk.look()


def refs(talk):
    for ref in ("order-1", "order-1", "order-1"):
        talk.debit(ref=ref)
        talk.balance()
    talk.debit(ref="order-1", units=7)
    talk.debit(ref="order-1", reason="other")
    long = "r" * 63
    for ref in (" order-1", "order-1 ", "ORDER-1", long + "1", long + "2"):
        talk.debit(ref=ref)
    for ref in ("é", "e\u0301", "e", "\uff21", "A"):
        talk.debit(ref=ref)
    for _ in range(230):
        talk.debit(units=0.01)
    talk.debit(ref="order-1")
    talk.debit(ref="large", units=9999)
    talk.debit(ref="large", units=1)
    talk.open(BOB, 5)
    for _ in range(2):
        talk.debit(user_id=BOB, ref="all", units=5)
    talk.debit(user_id=BOB, ref="too much")
    talk.debit(user_id="11111111-1111-1111-1111-111111111112", ref="near")


def keys(talk):
    talk.check()
    key = Service.key
    strangers = ("no", key[:-1], key[:8], key + "2", key.upper(), "", "ключ", None)
    for stranger in strangers:
        how = {"key": stranger}
        talk.check(**how)
        talk.check("much", **how)
        talk.balance(**how)
        talk.call("POST", DEBIT, b"{", **how)
        talk.debit(how, ref="stranger")
        talk.debit(how, units=9999)
        talk.call("GET", BALANCE, **how)
        talk.call("POST", CREDIT, ORDER, **how)
        talk.call("POST", APPLY, {"user_id": BOB, "plan_id": "base750"}, **how)
    talk.debit(ref="stranger")
    talk.debit({"key": "no"}, ref="stranger")


def fields(talk):
    for name in ORDER:
        rest = {other: ORDER[other] for other in ORDER if other != name}
        talk.call("POST", DEBIT, rest)
        for wrong in (None, {}, ["a"], [2], 5, True, "", "5 units", "2.0", "two"):
            talk.debit(**{"ref": "order-1", name: wrong})
            talk.call("POST", CHECK, {"user_id": ALICE, "units": 1, name: wrong})
    talk.call("POST", CHECK, {"user_id": ALICE})
    for path in (BALANCE, f"{BALANCE}?user_id="):
        talk.call("GET", path)
    for units in (-5, -0.4, 0, 0.0):
        talk.debit(units=units)
        talk.check(units)


def bodies(talk):
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
        talk.call("POST", DEBIT, raw)
    for number in (b"NaN", b"Infinity", b"-Infinity", b"1e400", b"9" * 20):
        talk.call(
            "POST", CHECK, b'{"user_id":"%b","units":%b}' % (ALICE.encode(), number)
        )
        talk.call("POST", DEBIT, sound.replace(b"2.5", number))
    for number in (b"1e0", b"0.010"):
        ref = b"body-%b" % number
        talk.call("POST", DEBIT, sound.replace(b"2.5", number).replace(b"body", ref))
    talk.call("POST", DEBIT, b"\n " + sound)


def odd_texts(talk):
    for text in ("a\0b", "😀", "заметка", "\ud800", "x" * 64, "مرحبا"):
        talk.debit(ref=text)
        talk.debit(reason=text)
    for user_id in ("test-user", "33333333-3333-3333-3333-333333333333", "u" * 40):
        talk.balance(user_id)
        talk.check(user_id=user_id)
    talk.check(HTTP_X_REQUEST_ID="abc")


def methods(talk):
    for method in ("GET", "PUT", "PATCH", "DELETE", "HEAD"):
        talk.call(method, DEBIT, ORDER)
    talk.call("DELETE", f"{BALANCE}?user_id={ALICE}")
    talk.call("POST", "/nowhere")


def more(talk):
    for ref in ("c-1", "c-1", "c-2"):
        talk.call("POST", CREDIT, {**ORDER, "ref": ref})
    talk.call("POST", CREDIT, {**ORDER, "units": -5, "ref": "c-3"})
    talk.call("POST", CREDIT, {"user_id": ALICE, "units": 5, "ref": "c-4"})
    for plan_id in ("base750", "base750", "nothing"):
        talk.call("POST", APPLY, {"user_id": BOB, "plan_id": plan_id, "ref": "p-1"})
