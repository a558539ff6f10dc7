"""Numbers that are no amounts: negative, zero, not a number."""

import json
import math
from decimal import Decimal

from tests.zoo.refusals import RefusalError, insufficient, invalid
from tests.zoo.registry import faulty
from tests.zoo.service import Service

TAKEN = ("input.no-effect", "ref.refused-stays-free")
CREDITS = (*TAKEN, "debit.exact", "race.linearizable")


@faulty(breaks="input.negative", also=CREDITS)
class NegativeCredits(Service):
    """Nobody looks at the sign, and taking -5 gives 5."""

    def amount(self, value):
        return value if value < 0 else super().amount(value)


@faulty(breaks="input.negative", also=TAKEN)
class NegativeCharged(Service):
    """The sign is dropped with abs(), as some clients write debits as negative numbers."""

    def amount(self, value):
        return super().amount(abs(value))


@faulty(breaks="input.negative", also=TAKEN)
class NegativeTakesNothing(Service):
    """Negative units are raised to 0: the debit answers 200 and uses up its ref."""

    def amount(self, value):
        return Decimal(0) if value < 0 else super().amount(value)


@faulty(breaks="input.negative")
class CheckTakesNegative(Service):
    """The sign is checked on debit only; a check of -5 is always allowed."""

    def check(self, request):
        body = self.parse(request)
        units = self.field(body, "units")
        if isinstance(units, int | Decimal) and units < 0:
            return self.verdict(self.account(self.user_id(body)), units)
        return super().check(request)


@faulty(breaks="input.negative")
class NegativeIs403(Service):
    """A negative amount falls through to the answer for too little money."""

    def amount(self, value):
        if value < 0:
            raise insufficient()
        return super().amount(value)


@faulty(breaks="input.negative", also=("schema.responses",))
class NegativeIs400(Service):
    """The sign is checked by hand in the view, with the status of its day: 400."""

    def amount(self, value):
        if value < 0:
            raise RefusalError(400, "bad_request", "units must not be negative")
        return super().amount(value)


@faulty(breaks="input.negative", also=("http.no-5xx",))
class NegativeIs500(Service):
    """The table's CHECK (units > 0) fails, and nobody catches the error."""

    def amount(self, value):
        if value < 0:
            raise RuntimeError("new row violates check constraint debits_units_check")
        return super().amount(value)


@faulty(breaks="input.negative", also=CREDITS)
class SmallNegativeCredits(Service):
    """The sign is checked after rounding to whole units, and -0.4 rounds to 0."""

    def amount(self, value):
        return value if -1 < value < 0 else super().amount(value)


@faulty(breaks="input.zero")
class ZeroTaken(Service):
    """The bound is at least 0, so a debit of nothing succeeds and uses up its ref."""

    def amount(self, value):
        return value if value == 0 else super().amount(value)


@faulty(breaks="input.zero", also=("debit.exact",))
class ZeroChargesOne(Service):
    """Units are read with or, and 0 or 1 is 1."""

    def amount(self, value):
        return super().amount(value or Decimal(1))


@faulty(breaks="input.zero")
class CheckTakesZero(Service):
    """The bound stands on the debit's model only; a check of 0 is allowed."""

    def check(self, request):
        body = self.parse(request)
        units = self.field(body, "units")
        if units == 0 and units is not False:
            return self.verdict(self.account(self.user_id(body)), Decimal(0))
        return super().check(request)


class Lenient(Service):
    """A service on the language's own parser, which takes NaN and Infinity for numbers."""

    def decode(self, raw):
        try:
            return json.loads(raw, parse_float=Decimal, parse_constant=Decimal)
        except (ValueError, ArithmeticError, RecursionError):
            raise invalid("body", "is not JSON") from None

    def amount(self, value):
        if not value.is_finite():
            raise invalid("units", "must be finite")
        return super().amount(value)


@faulty(
    breaks="input.not-json",
    also=("debit.exact", "race.linearizable", "schema.responses"),
)
class NanPoisonsBalance(Lenient):
    """NaN is neither below 0 nor above the balance, so it is debited; NaN is what is left."""

    def amount(self, value):
        return value if value.is_nan() else super().amount(value)

    def enough(self, account, units):
        return not float(account.balance) < float(units)

    def allowed(self, _account, balance, units):
        return not float(balance) < float(units)

    def dump(self, body):
        return json.dumps(body, default=float).encode()


@faulty(breaks="input.not-json")
class InfinityChecked(Lenient):
    """Infinity is a number above 0; the check answers 200 to it."""

    def amount(self, value):
        return value if value == math.inf else super().amount(value)
