"""A small billing service that keeps the contract, written as a chain of steps.

Written from the integration document and the clauses alone. A faulty service
is a subclass that overrides one step; so is a conforming one that uses its open
choices differently. A plain WSGI callable: state in memory, one lock.
"""

import itertools
import threading
from decimal import Decimal
from typing import ClassVar

from tests.zoo.ledger import Account
from tests.zoo.refusals import (
    RefusalError,
    duplicate,
    insufficient,
    method_not_allowed,
    no_such_operation,
    no_such_plan,
    unauthorized,
)
from tests.zoo.request_parsing import RequestParsing
from tests.zoo.wire import Request, decode, encode, status_line

ACCOUNTS_PATH = "/_zoo/accounts"
TENTH = Decimal("0.1")

ROUTES = {
    "/internal/billing/check": ("POST", "check"),
    "/internal/billing/debit": ("POST", "debit"),
    "/internal/billing/balance": ("GET", "balance"),
    "/internal/billing/plan/apply": ("POST", "apply_plan"),
    "/internal/billing/credit": ("POST", "credit"),
}


class Service(RequestParsing):
    """The conforming service."""

    key = "super-secret-dev"
    plans: ClassVar = {"base750": Decimal(750)}

    def __init__(self):
        self.lock = threading.RLock()
        self.accounts = {}
        self.crashes = []
        self.serials = itertools.count(1)

    # From a request to an answer

    def __call__(self, environ, start_response):
        request = Request(environ)
        if request.path == ACCOUNTS_PATH:
            return self.open_account(request, start_response)
        status, body, more = self.respond(request)
        payload = self.dump(body)
        length = ("Content-Length", str(len(payload)))
        start_response(status_line(status), [*self.headers(status), length, *more])
        return [payload]

    def respond(self, request):
        try:
            return self.success(request)
        except RefusalError as refusal:
            return refusal.status, self.error_body(refusal), refusal.headers
        except Exception as crash:  # noqa: BLE001 - as every framework does
            self.crashes.append(crash)
            return 500, {"detail": "Internal Server Error"}, ()

    def success(self, request):
        return 200, self.handle(request), ()

    def handle(self, request):
        self.authenticate(request)
        return getattr(self, self.route(request))(request)

    def authenticate(self, request):
        if not self.key_fits(request.key):
            raise unauthorized()

    def key_fits(self, given):
        return given == self.key

    def route(self, request):
        method, operation = ROUTES.get(request.path, (None, None))
        if operation is None:
            raise no_such_operation()
        if request.method != method:
            raise method_not_allowed(method)
        return operation

    def error_body(self, refusal):
        return {"code": refusal.code, "detail": refusal.detail}

    def headers(self, _status):
        return [("Content-Type", "application/json")]

    def dump(self, body):
        return encode(body)

    # The operations

    def check(self, request):
        body = self.parse(request)
        user_id, units = self.user_id(body), self.units(body)
        with self.guard(user_id):
            return self.verdict(self.account(user_id), units)

    def debit(self, request):
        return self.settle(self.order(self.parse(request)))

    def balance(self, request):
        user_id = self.queried_user(request)
        with self.guard(user_id):
            return self.statement(self.account(user_id))

    def apply_plan(self, request):
        body = self.parse(request)
        user_id, plan_id = self.user_id(body), self.text(body, "plan_id")
        ref = self.optional_ref(body)
        if plan_id not in self.plans:
            raise no_such_plan()
        with self.guard(user_id):
            account = self.account(user_id)
            self.grant(account, ref, self.plans[plan_id])
            account.plan = self.started_plan(plan_id)
            return {"plan_id": plan_id, "new_balance": self.money(account.balance)}

    def credit(self, request):
        order = self.order(self.parse(request))
        with self.guard(order.user_id):
            account = self.account(order.user_id)
            self.grant(account, order.ref, order.units)
            return self.receipt(account, order, account.balance)

    # The money

    def guard(self, _user_id):
        return self.lock

    def account(self, user_id):
        account = self.accounts.get(self.account_key(user_id))
        return account or self.unknown_account(user_id)

    def account_key(self, user_id):
        return user_id

    def unknown_account(self, user_id):
        return self.open(user_id, Decimal(0))

    def open(self, user_id, balance, plan=None):
        account = Account(user_id, balance, plan)
        self.accounts[self.account_key(user_id)] = account
        return account

    def verdict(self, account, units):
        balance = self.balance_to_check(account)
        allowed = self.allowed(account, balance, units)
        return {"allowed": allowed, "balance": self.money(balance)}

    def balance_to_check(self, account):
        return account.balance

    def allowed(self, _account, balance, units):
        return balance >= units

    def statement(self, account):
        balance = self.balance_to_read(account)
        return {"balance": self.money(balance), "plan": self.plan(account)}

    def balance_to_read(self, account):
        return account.balance

    def plan(self, account):
        return account.plan

    def settle(self, order):
        with self.guard(order.user_id):
            account = self.account(order.user_id)
            if self.used(account, order):
                raise duplicate()
            return self.charge(account, order)

    def used(self, account, order):
        return self.ref_key(order) in self.refs(account)

    def charge(self, account, order):
        if not self.enough(account, order.units):
            raise insufficient()
        self.remember(account, order)
        left = self.take(account, order.units)
        return self.receipt(account, order, left)

    def enough(self, account, units):
        return account.balance >= units

    def remember(self, account, order):
        self.refs(account)[self.ref_key(order)] = order

    def forget(self, account, order):
        self.refs(account).pop(self.ref_key(order), None)

    def refs(self, account):
        return account.refs

    def ref_key(self, order):
        return order.ref

    def take(self, account, units):
        account.balance -= units
        return account.balance

    def grant(self, account, ref, units):
        if ref in account.grants:
            raise duplicate()
        if ref is not None:
            account.grants.add(ref)
        account.balance += units

    def receipt(self, account, order, left):
        return {"balance": self.money(left), "tx_id": self.tx_id(account, order)}

    def tx_id(self, _account, _order):
        serial = next(self.serials)
        return f"{serial:08x}-0000-4000-8000-{serial:012x}"

    def started_plan(self, plan_id):
        expires_at = "2031-07-31T10:00:00Z"
        return {"plan_code": plan_id, "expires_at": expires_at, "status": "active"}

    def money(self, amount):
        if amount == amount.to_integral_value():
            return amount.quantize(TENTH)
        return amount.normalize()

    # For tests only: opens an account without a key; not a part of the contract

    def open_account(self, request, start_response):
        wanted = decode(request.body)
        user_id, balance = wanted["user_id"], Decimal(wanted["balance"])
        with self.lock:
            self.open(user_id, balance, wanted.get("plan"))
        start_response(status_line(204), [])
        return []
