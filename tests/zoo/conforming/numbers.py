"""Amounts: how they are written, how exact they are, how large they may be."""

from decimal import ROUND_HALF_UP, Decimal

from tests.zoo.refusals import invalid
from tests.zoo.registry import conforming
from tests.zoo.service import Service

CENT = Decimal("0.01")


@conforming(whole_numbers="integer")
class WholeNumbersAreIntegers(Service):
    """A whole balance is written as 742."""

    def money(self, amount):
        return int(amount) if amount == int(amount) else amount.normalize()


@conforming()
class AlwaysTwoDecimals(Service):
    """Every balance is written to two decimals: 742.00."""

    def money(self, amount):
        return amount.quantize(CENT)


@conforming(whole_numbers="other")
class ExponentForm(Service):
    """Balances are written with an exponent, as JSON allows: 7.42E+2."""

    def money(self, amount):
        return Exponent(amount)


class Exponent(Decimal):
    """A decimal that is written with an exponent."""

    def __str__(self):
        return f"{Decimal(self):E}"


@conforming()
class NegativeZero(Service):
    """An empty account is written as -0.0, which is equal to 0."""

    def money(self, amount):
        return super().money(amount) or Decimal("-0.0")


@conforming(units_precision="rounded")
class UnitsRoundedToCents(Service):
    """Units are rounded to two decimals before they are used, and below a cent is 422."""

    def amount(self, value):
        return super().amount(super().amount(value).quantize(CENT, ROUND_HALF_UP))


@conforming(units_precision="refused")
class UnitsHaveTwoDecimals(Service):
    """Units with more than two decimals are refused with 422."""

    def amount(self, value):
        units = super().amount(value)
        if units != units.quantize(CENT):
            raise invalid("units", "has more than two decimals")
        return units


@conforming(units_precision="refused")
class LedgerInCents(UnitsHaveTwoDecimals):
    """The ledger counts whole cents and knows no fractions."""

    def take(self, account, units):
        cents = int(account.balance * 100) - int(units * 100)
        account.balance = Decimal(cents) / 100
        return account.balance


@conforming(whole_numbers="other")
class ExponentsInNumbers(Service):
    """Whole balances are written with an exponent, which JSON allows: 1E+3 is a number."""

    def money(self, amount):
        return super().money(amount).normalize()


class Capped(Service):
    """A service with a largest amount."""

    units_max = 0

    def amount(self, value):
        units = super().amount(value)
        if units > self.units_max:
            raise invalid("units", f"is above {self.units_max}")
        return units


@conforming(units_maximum="10000")
class UnitsUpTo10000(Capped):
    """More than 10000 units are refused with 422."""

    units_max = 10_000


@conforming(units_maximum="1000000")
class UnitsUpToAMillion(Capped):
    """More than a million units are refused with 422."""

    units_max = 1_000_000


@conforming(units_maximum="1000000000")
class UnitsUpToABillion(Capped):
    """More than a billion units are refused with 422."""

    units_max = 1_000_000_000
