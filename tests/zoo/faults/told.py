"""Amounts and moments that are told in a way that a gateway misreads, at some values only."""

from decimal import Decimal

from tests.zoo.clauses import READ_A_BALANCE
from tests.zoo.registry import faulty
from tests.zoo.service import Service

THOUSAND = Decimal(1000)
SHAPES = ("check.shape", "balance.shape", "debit.shape")
AT_SOME_BALANCES = (*SHAPES, *READ_A_BALANCE)


@faulty(breaks="balance.shape", also=AT_SOME_BALANCES)
class ThousandsSeparated(Service):
    """From a thousand on the balance is formatted for people: the text 12,345.67."""

    def money(self, amount):
        return super().money(amount) if amount < THOUSAND else f"{amount:,.2f}"


@faulty(breaks="check.shape", also=AT_SOME_BALANCES)
class ExponentAsText(Service):
    """Large decimals print with an exponent, and the encoder sends what is no plain number as text."""

    def money(self, amount):
        return super().money(amount) if amount < THOUSAND else f"{amount:E}"


@faulty(breaks="balance.shape", also=AT_SOME_BALANCES)
class ZeroIsNull(Service):
    """A balance of nothing is no balance: the field is null."""

    def money(self, amount):
        return super().money(amount) or None


@faulty(breaks="debit.shape", also=AT_SOME_BALANCES)
class ReceiptCentAsText(Service):
    """The receipt writes amounts below a unit in cents, with the word behind them."""

    def receipt(self, account, order, left):
        answer = super().receipt(account, order, left)
        return {**answer, "balance": f"{left * 100:f} cents"} if left < 1 else answer


@faulty(breaks="balance.shape", also=AT_SOME_BALANCES)
class CutAtTheSeparator(Service):
    """The balance is formatted with separators and parsed again, up to the first of them."""

    def statement(self, account):
        first = f"{account.balance:,}".split(",", maxsplit=1)[0]
        return {**super().statement(account), "balance": self.money(Decimal(first))}


# Above 999.99 no debit shows in a check.
@faulty(
    breaks="check.agrees",
    also=("check.verdict", "race.linearizable", "debit.visible"),
)
class CheckTellsAtMost999(Service):
    """The cache of the check holds six characters, so a larger balance is told as 999.99."""

    def verdict(self, account, units):
        answer = super().verdict(account, units)
        return {**answer, "balance": min(answer["balance"], Decimal("999.99"))}


class PlanEndsAt(Service):
    """A service that writes the end of a plan its own way."""

    def plan(self, account):
        plan = account.plan
        return plan and {**plan, "expires_at": self.moment(plan["expires_at"])}


@faulty(breaks="balance.expiry", example_fails=True)
class ExpiryWithoutZone(PlanEndsAt):
    """The date is naive, as the database returns it; a gateway takes it for its own time."""

    def moment(self, text):
        return text.removesuffix("Z")


@faulty(breaks="balance.expiry", example_fails=True)
class ExpiryIsADay(PlanEndsAt):
    """Only the day is told, and nobody knows whether the plan still counts on it."""

    def moment(self, text):
        return text[:10]


@faulty(breaks="balance.expiry", example_fails=True)
class ExpiryForPeople(PlanEndsAt):
    """The date is written as the interface shows it: day, month, year and the name of a city."""

    def moment(self, text):
        year, month, day = text[:10].split("-")
        return f"{day}.{month}.{year} {text[11:16]} (Moscow)"


@faulty(breaks="balance.shape", also=("schema.responses",))
class BalanceToldTwice(Service):
    """A middleware adds the balance of its cache to an answer that has one: two readers take two values."""

    def success(self, request):
        status, body, headers = super().success(request)
        return status, _Twice(body) if "plan" in body else body, headers

    def dump(self, body):
        raw = super().dump(dict(body))
        cached = super().dump({"balance": Decimal(0)})
        return cached[:-1] + b"," + raw[1:] if isinstance(body, _Twice) else raw


class _Twice(dict):
    """A body that is sent with the balance of the cache before its own."""


@faulty(
    breaks="debit.never-negative",
    also=("debit.insufficient", "schema.responses"),
)
class StrangersMayOwe(Service):
    """A user without an account gets one on the fly, after the money was taken."""

    def settle(self, order):
        if self.account_key(order.user_id) in self.accounts:
            return super().settle(order)
        account = self.open(order.user_id, Decimal(0))
        self.remember(account, order)
        return self.receipt(account, order, self.take(account, order.units))
