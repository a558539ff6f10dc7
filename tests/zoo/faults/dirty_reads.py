"""Reads that see a debit half done, or undo it, when both come at the same time."""

from tests.zoo.clauses import LOST_UPDATE
from tests.zoo.interleave import Racy
from tests.zoo.registry import faulty


@faulty(breaks="race.linearizable", also=("check.verdict",), race=True)
class TwoPots(Racy):
    """Half comes from the bonus and half from the deposit, in two commits."""

    def settle(self, order):
        with self.account(order.user_id).lock:
            return super().settle(order)

    def take(self, account, units):
        left = account.balance - units
        half = round(units / 2, 2)
        account.balance -= half
        self.interleave()
        account.balance -= units - half
        return left


@faulty(
    breaks="race.linearizable",
    also=(
        "race.no-false-refusal",
        "race.no-overdraft",
        "check.verdict",
        "check.agrees",
    ),
    race=True,
)
class RowReplaced(Racy):
    """The row is deleted and inserted anew, and in between there is no money."""

    def take(self, account, units):
        left = account.balance - units
        account.balance = 0 * left
        self.interleave()
        account.balance = left
        return left


@faulty(
    breaks="race.linearizable", also=("debit.exact", "race.no-false-refusal"), race=True
)
class BalanceReadAgain(Racy):
    """The receipt's balance is selected after the commit, when others have debited too."""

    def receipt(self, account, order, _left):
        self.interleave()
        return super().receipt(account, order, account.balance)


@faulty(breaks="race.linearizable", also=("check.verdict",), race=True)
class CheckReadsTwice(Racy):
    """The check selects once for the verdict and once for the balance it shows."""

    def verdict(self, account, units):
        allowed = self.allowed(account, account.balance, units)
        self.interleave()
        return {"allowed": allowed, "balance": self.money(account.balance)}


@faulty(breaks="race.linearizable", also=(*LOST_UPDATE, "balance.read-only"), race=True)
class ReadWritesBack(Racy):
    """A read saves the object it has loaded, and with it the balance of that moment."""

    def balance_to_read(self, account):
        balance = account.balance
        self.interleave()
        account.balance = balance
        return balance


@faulty(breaks="race.linearizable", also=("debit.visible", "check.agrees"), race=True)
class CacheFilledLate(Racy):
    """A read fills the cache with what it loaded before a debit cleared it, for good."""

    def balance_to_read(self, account):
        cached = getattr(account, "cached", None)
        if cached is None:
            cached = account.balance
            self.interleave()
            account.cached = cached
        return cached

    def take(self, account, units):
        account.cached = None
        return super().take(account, units)
