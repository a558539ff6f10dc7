"""Checks that decide wrongly, spend, or answer another balance than the statement."""

from decimal import ROUND_HALF_UP, Decimal

from tests.zoo.clauses import ARITHMETIC, CHECK_UNREADABLE, DUPLICATES, READ_A_BALANCE
from tests.zoo.registry import faulty
from tests.zoo.service import Service

VERDICT = ("debit.decimal", "race.linearizable")


@faulty(breaks="check.verdict", also=VERDICT)
class CheckWantsMore(Service):
    """The check compares with greater than, the debit with greater or equal."""

    def allowed(self, _account, balance, units):
        return balance > units


@faulty(breaks="check.verdict", also=(*VERDICT, "check.refusal-is-200"))
class CheckAllowsAnyMoney(Service):
    """The check asks whether there is money at all, not whether it is enough."""

    def allowed(self, _account, balance, _units):
        return balance > 0


@faulty(breaks="check.verdict", also=VERDICT)
class CheckComparesWholeUnits(Service):
    """The check's model has integers, so both sides lose their cents."""

    def allowed(self, _account, balance, units):
        return int(balance) >= int(units)


@faulty(breaks="check.verdict", also=VERDICT)
class CheckRoundsUnits(Service):
    """Units are rounded to the nearest integer before they are compared."""

    def allowed(self, _account, balance, units):
        return balance >= units.quantize(Decimal(1), ROUND_HALF_UP)


@faulty(breaks="check.verdict", also=VERDICT)
class CheckAgainstOpeningBalance(Service):
    """The verdict is made against the balance of the start of the period."""

    def allowed(self, account, balance, units):
        if not hasattr(account, "opening"):
            account.opening = balance
        return account.opening >= units


@faulty(breaks="check.verdict", also=VERDICT)
class CheckKeepsReserve(Service):
    """A tenth is kept back for debits under way, though nobody promised that."""

    def allowed(self, _account, balance, units):
        return balance * 9 / 10 >= units


@faulty(breaks="check.spends-nothing", also=READ_A_BALANCE, example_fails=True)
class CheckHolds(Service):
    """An allowed check puts a hold on the units and nothing ever releases it."""

    def verdict(self, account, units):
        answer = super().verdict(account, units)
        if answer["allowed"]:
            account.balance -= units
        return answer


@faulty(
    breaks="check.spends-nothing",
    also=(*ARITHMETIC, "check.agrees", "debit.never-negative"),
)
class CheckRollsBackCents(Service):
    """A check tries the debit and undoes it, giving back whole units only."""

    def verdict(self, account, units):
        answer = super().verdict(account, units)
        if answer["allowed"]:
            account.balance = account.balance - units + int(units)
        return answer


@faulty(breaks="check.agrees", also=CHECK_UNREADABLE, example_fails=True)
class CheckShowsRemainder(Service):
    """The check answers what would be left after the debit."""

    def verdict(self, account, units):
        answer = super().verdict(account, units)
        return {**answer, "balance": self.money(account.balance - units)}


@faulty(breaks="check.agrees", also=CHECK_UNREADABLE)
class CheckShowsWholeUnits(Service):
    """The check's model declares the balance an integer."""

    def verdict(self, account, units):
        answer = super().verdict(account, units)
        return {**answer, "balance": int(account.balance)}


@faulty(breaks="check.agrees", also=READ_A_BALANCE, example_fails=True)
class StatementInCents(Service):
    """The ledger counts in hundredths, and the statement forgets to divide."""

    def balance_to_read(self, account):
        return account.balance * 100


@faulty(breaks="check.agrees", also=READ_A_BALANCE)
class StatementRounded(Service):
    """The statement is rounded to one decimal for the screen, the check is not."""

    def balance_to_read(self, account):
        return round(account.balance, 1)


@faulty(breaks="balance.read-only", also=READ_A_BALANCE)
class ReadStoresRounded(Service):
    """A read rounds the balance to one decimal and saves the object it touched."""

    def balance_to_read(self, account):
        account.balance = round(account.balance, 1)
        return account.balance


@faulty(breaks="balance.read-only", also=READ_A_BALANCE, example_fails=True)
class ReadIsMetered(Service):
    """Every call of the API is metered, and a read costs its caller a hundredth."""

    def balance_to_read(self, account):
        balance = account.balance
        account.balance = max(balance - Decimal("0.01"), Decimal(0))
        return balance


@faulty(breaks="balance.read-only", also=DUPLICATES)
class ReadForgetsRefs(Service):
    """A read reloads the account, and the refs kept beside the old copy are gone."""

    def balance_to_read(self, account):
        account.refs.clear()
        return account.balance
