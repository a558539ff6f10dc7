"""The steps from a body to an order: parse, take the fields, refuse what is no debit."""

from decimal import Decimal

from tests.zoo.ledger import Order
from tests.zoo.refusals import invalid
from tests.zoo.wire import decode

AMOUNT_MAX = Decimal(10) ** 20
DECIMALS_MAX = 6


class RequestParsing:
    """The steps by which a service takes a request apart; each raises RefusalError (422) for what it refuses."""

    def parse(self, request):
        body = self.decode(request.body)
        if not isinstance(body, dict):
            raise invalid("body", "must be a JSON object")
        return body

    def decode(self, raw):
        try:
            return decode(raw)
        except (ValueError, ArithmeticError, RecursionError):
            raise invalid("body", "is not JSON") from None

    def order(self, body):
        return Order(
            self.user_id(body), self.units(body), self.ref(body), self.reason(body)
        )

    def user_id(self, body):
        return self.text(body, "user_id")

    def units(self, body):
        value = self.field(body, "units")
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise invalid("units", "must be a number")
        return self.amount(Decimal(value))

    def amount(self, value):
        if not 0 < value <= AMOUNT_MAX:
            raise invalid("units", "must be above zero and of a sane size")
        exact = round(value, DECIMALS_MAX)
        if exact != value:
            raise invalid("units", "has too many decimals")
        return exact

    def ref(self, body):
        return self.text(body, "ref")

    def optional_ref(self, body):
        return None if body.get("ref") is None else self.ref(body)

    def reason(self, body):
        return self.text(body, "reason")

    def queried_user(self, request):
        user_id = request.query("user_id")
        if not user_id:
            raise invalid("user_id", "is required")
        return user_id

    def text(self, body, name):
        value = self.field(body, name)
        if not isinstance(value, str) or not value:
            raise invalid(name, "must be a string, not empty")
        return value

    def field(self, body, name):
        if name not in body:
            raise invalid(name, "is required")
        return body[name]
