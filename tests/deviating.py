"""Services that leave the contract where a gateway notices: a mixin for each deviation, over the zoo's conforming service."""

from __future__ import annotations

import contextlib
from decimal import Decimal

from tests.zoo import Service
from tests.zoo.refusals import invalid
from tests.zoo.service import ROUTES
from tests.zoo.wire import status_line


class RequiresAction(Service):
    def parse(self, request):
        body = super().parse(request)
        self.text(body, "action")
        return body


class TakesNoRef(Service):
    def ref(self, body):
        return super().ref(body) if "ref" in body else f"none-{next(self.serials)}"


class TakesNullRef(Service):
    def ref(self, body):
        is_null = "ref" in body and body["ref"] is None
        return f"null-{next(self.serials)}" if is_null else super().ref(body)


class RepeatsTheFirst(Service):
    """A used ref is answered as the first debit was."""

    def __init__(self):
        super().__init__()
        self.receipts = {}

    def receipt(self, account, order, left):
        receipt = super().receipt(account, order, left)
        self.receipts[account.user_id, order.ref] = receipt
        return receipt

    def settle(self, order):
        with self.guard(order.user_id):
            account = self.account(order.user_id)
            if self.used(account, order):
                return self.repeated(account, order)
            return self.charge(account, order)

    def repeated(self, account, order):
        return self.receipts[account.user_id, order.ref]


class RepeatsTheFirstWithTheBalanceOfNow(RepeatsTheFirst):
    def repeated(self, account, order):
        first = super().repeated(account, order)
        return first | {"balance": self.money(account.balance)}


class TellsErrorsInside(Service):
    outer = "error"

    def error_body(self, refusal):
        return {self.outer: {"code": refusal.code, "message": refusal.detail}}


class TellsDetailsAsAnObject(TellsErrorsInside):
    outer = "detail"


class AnswersOtherStatuses(Service):
    """403 is 402, and 422 is 400."""

    def respond(self, request):
        status, body, more = super().respond(request)
        return {403: 402, 422: 400}.get(status, status), body, more


class TakesWrongKeys(Service):
    def key_fits(self, given):
        return given is not None


class TakesNoKey(Service):
    def authenticate(self, request):
        if request.key is not None:
            super().authenticate(request)


class BalancesAreTexts(Service):
    def money(self, amount):
        return f"{amount:.2f}"


class TakesTextsAsUnits(Service):
    def field(self, body, name):
        value = super().field(body, name)
        if name == "units" and isinstance(value, str):
            with contextlib.suppress(ArithmeticError):
                return Decimal(value.strip())
            raise invalid("units", "must be a number")
        return value


class Redirecting(Service):
    """A service some of whose paths are redirected; a mixin tells which."""

    redirects_with = 307

    def __call__(self, environ, start_response):
        goal = self.goal(environ["PATH_INFO"])
        if goal is None:
            return super().__call__(environ, start_response)
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = [("Location", goal), ("Content-Length", "0")]
        start_response(status_line(self.redirects_with), headers)
        return [b""]


class DropsSlashes(Redirecting):
    def goal(self, path):
        return path[:-1] if path.endswith("/") and path[:-1] in ROUTES else None


class AddsSlashes(Redirecting):
    redirects_with = 301

    def goal(self, path):
        return f"{path}/" if path in ROUTES else None

    def route(self, request):
        request.path = request.path.removesuffix("/")
        return super().route(request)


class Lenient(
    RequiresAction,
    TakesNoRef,
    TakesNullRef,
    RepeatsTheFirst,
    TellsErrorsInside,
    AnswersOtherStatuses,
    DropsSlashes,
):
    """Most deviations of bodies at once."""

    deviations = (
        "required-field=action",
        "ref-optional",
        "ref-null",
        "duplicate-200=first",
        "error-object=error.code,message",
        "status=403:402",
        "status=422:400",
        "slash-dropped=307",
    )
    arguments = ("--extra-field", "action=generate")


class Open(
    TakesWrongKeys,
    TakesNoKey,
    BalancesAreTexts,
    TakesTextsAsUnits,
    RepeatsTheFirstWithTheBalanceOfNow,
    TellsDetailsAsAnObject,
):
    """Those of keys and of numbers in text."""

    deviations = (
        "duplicate-200=current",
        "error-object=detail.code,message",
        "wrong-key-accepted",
        "missing-key-accepted",
        "balance-as-text=two-decimals",
        "units-as-text",
    )
    arguments = ()


class Slashes(AddsSlashes):
    """One that no test can reach."""

    deviations = ("slash-added=301",)
    arguments = ()


class Action(RequiresAction):
    """One that refuses every request of a run that is not told of its field."""

    deviations = ("required-field=action",)
    arguments = ()


ALL = (Lenient, Open, Slashes, Action)
