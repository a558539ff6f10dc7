"""Money that is counted wrongly: types, rounding, boundaries."""

import math
import struct
from decimal import ROUND_HALF_UP, Decimal

from tests.zoo.clauses import ARITHMETIC, NEVER_DRAINED, OVERDRAFT, RECEIPT_UNREADABLE
from tests.zoo.refusals import insufficient
from tests.zoo.registry import faulty
from tests.zoo.service import Service

CENT = Decimal("0.01")

# A debit of a cent moves no balance, that of its own user neither.
CENTS_LOST = (*ARITHMETIC, "debit.isolated")


class StoredAs(Service):
    """A service whose balance goes through the type of its column after each debit."""

    def take(self, account, units):
        account.balance = self.stored(account.balance - units)
        return account.balance


@faulty(breaks="debit.exact", also=CENTS_LOST)
class BalanceInWholeUnits(StoredAs):
    """The balance is an INTEGER column, and the driver rounds what it is given."""

    def stored(self, balance):
        return balance.quantize(Decimal(1), ROUND_HALF_UP)


@faulty(breaks="debit.exact", also=CENTS_LOST)
class BalanceInTenths(StoredAs):
    """The column is NUMERIC(12, 1) and rounds half up at each debit."""

    def stored(self, balance):
        return balance.quantize(Decimal("0.1"), ROUND_HALF_UP)


@faulty(breaks="debit.exact", also=ARITHMETIC)
class BalanceCutToTenths(StoredAs):
    """Each new balance is floored to one decimal, in the house's favour."""

    def stored(self, balance):
        return Decimal(math.floor(balance * 10)) / 10


@faulty(breaks="debit.exact", also=ARITHMETIC)
class CentLostOnLargeBalances(StoredAs):
    """Numbers are printed with %g on their way to the store: six digits in all."""

    def stored(self, balance):
        return Decimal(f"{balance:.6g}")


@faulty(breaks="debit.decimal", also=ARITHMETIC)
class BinaryFloats(StoredAs):
    """Balances are binary floats, added, compared and shown as such."""

    def take(self, account, units):
        account.balance = Decimal(float(account.balance) - float(units))
        return account.balance

    def enough(self, account, units):
        return float(account.balance) >= float(units)

    def money(self, amount):
        return float(amount)


@faulty(breaks="debit.decimal", also=ARITHMETIC)
class BinaryFloatsShownRounded(BinaryFloats):
    """Balances drift as binary floats, and rounding the answers hides it."""

    def money(self, amount):
        return round(float(amount), 2)


@faulty(breaks="debit.decimal", also=ARITHMETIC)
class SinglePrecision(StoredAs):
    """The balance is a REAL column: four bytes, seven digits."""

    def stored(self, balance):
        return Decimal(struct.unpack("f", struct.pack("f", balance))[0])

    def money(self, amount):
        return round(float(amount), 2)


class UnitsAs(Service):
    """A service that changes the units it was asked for before it uses them."""

    def amount(self, value):
        return self.counted(super().amount(value))


@faulty(breaks="debit.exact", also=(*CENTS_LOST, "input.zero"))
class UnitsCut(UnitsAs):
    """Units are an int in the model: 2.75 is charged as 2."""

    def counted(self, units):
        return Decimal(int(units))


@faulty(breaks="debit.exact", also=ARITHMETIC)
class UnitsRoundedUp(UnitsAs):
    """Every started unit is charged whole."""

    def counted(self, units):
        return Decimal(math.ceil(units))


@faulty(breaks="debit.exact", also=CENTS_LOST)
class UnitsRoundedToTenths(UnitsAs):
    """Each debit is rounded half up to a tenth, so many small ones add up wrongly."""

    def counted(self, units):
        return units.quantize(Decimal("0.1"), ROUND_HALF_UP)


@faulty(breaks="debit.exact", also=ARITHMETIC)
class CentsCut(UnitsAs):
    """Cents are int(units * 100) of a binary float: 0.29 makes 28."""

    def counted(self, units):
        return Decimal(int(float(units) * 100)) / 100


@faulty(breaks="debit.exact", also=RECEIPT_UNREADABLE, example_fails=True)
class AnswersOldBalance(Service):
    """The receipt is filled from the row as it was loaded, before the debit."""

    def receipt(self, account, order, left):
        return super().receipt(account, order, left + order.units)


# Debits whose answers are lost, or that are made once of many, are debits, of which the twentieth is
# charged twice too.
@faulty(
    breaks="debit.exact",
    also=(*ARITHMETIC, "debit.never-negative", "ref.lost-response", "race.same-ref"),
)
class LastOfBatchTwice(Service):
    """Debits are written in batches of twenty, whose last row is written twice."""

    def take(self, account, units):
        account.version += 1
        times = 2 if account.version % 20 == 0 else 1
        return super().take(account, units * times)


@faulty(breaks="debit.whole-balance", also=NEVER_DRAINED)
class DebitWantsMore(Service):
    """WHERE balance > units was written where >= was meant."""

    def enough(self, account, units):
        return account.balance > units


@faulty(breaks="debit.whole-balance", also=NEVER_DRAINED)
class LastUnitStays(Service):
    """A debit may not take the last unit, so that the account stays open."""

    def enough(self, account, units):
        return account.balance - units >= 1


@faulty(breaks="debit.insufficient", also=OVERDRAFT)
class CreditLine(Service):
    """Good customers may go five units below zero; here all are good."""

    def enough(self, account, units):
        return account.balance - units >= -5


@faulty(breaks="debit.insufficient", also=(*OVERDRAFT, "debit.exact"))
class ClampedAtZero(Service):
    """Too large a debit takes what is there and answers 200."""

    def enough(self, _account, _units):
        return True

    def take(self, account, units):
        return super().take(account, min(units, account.balance))


@faulty(breaks="debit.insufficient", also=(*OVERDRAFT, "debit.visible"))
class TakesWhatIsThere(Service):
    """Too large a debit is answered 403 after what was there has been taken."""

    def enough(self, account, units):
        enough = super().enough(account, units)
        if not enough:
            account.balance = Decimal(0)
        return enough


@faulty(breaks="debit.insufficient", also=OVERDRAFT)
class ChargesThenRefuses(Service):
    """The new balance is saved, found negative, and refused without a rollback."""

    def charge(self, account, order):
        left = self.take(account, order.units)
        if left < 0:
            raise insufficient()
        self.remember(account, order)
        return self.receipt(account, order, left)


@faulty(breaks="debit.insufficient", also=(*OVERDRAFT, "debit.exact"))
class UnsignedUnderflow(Service):
    """Cents are unsigned, so what is left is never below zero: it wraps around."""

    def enough(self, _account, _units):
        return True

    def take(self, account, units):
        cents = int((account.balance - units) * 100) % 2**32
        account.balance = Decimal(cents) / 100
        return account.balance


@faulty(breaks="debit.never-negative", also=(*OVERDRAFT, "check.verdict"))
class CentOfTolerance(Service):
    """Amounts are compared with a tolerance of a hundredth, as floats want it."""

    def enough(self, account, units):
        return account.balance + CENT >= units


@faulty(breaks="debit.never-negative", also=OVERDRAFT)
class DebitComparesWholeUnits(Service):
    """The guard is an old one, from when units were integers, and cuts both sides."""

    def enough(self, account, units):
        return int(account.balance) >= int(units)


@faulty(breaks="debit.never-negative", also=(*OVERDRAFT, "debit.whole-balance"))
class OneDebitPastZero(Service):
    """The guard asks whether the account is above zero, not whether it will be."""

    def enough(self, account, _units):
        return account.balance > 0
