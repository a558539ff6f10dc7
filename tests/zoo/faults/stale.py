"""Reads that answer an earlier balance."""

import time

from tests.zoo.clauses import READ_A_BALANCE
from tests.zoo.registry import faulty
from tests.zoo.service import Service


class Lagging(Service):
    """A service with a replica that is 50 ms behind."""

    lag = 0.05

    def take(self, account, units):
        account.before = account.balance
        account.taken_at = time.monotonic()
        return super().take(account, units)

    def lagged(self, account):
        lags = time.monotonic() - getattr(account, "taken_at", 0) < self.lag
        return account.before if lags else account.balance


@faulty(breaks="debit.visible", also=READ_A_BALANCE)
class ReadsFromReplica(Lagging):
    """Check and balance read from a replica, which is 50 ms behind."""

    def balance_to_check(self, account):
        return self.lagged(account)

    def balance_to_read(self, account):
        return self.lagged(account)


@faulty(breaks="debit.visible", also=READ_A_BALANCE)
class StatementFromReplica(Lagging):
    """The statement was moved to a replica, which is 50 ms behind the check."""

    def balance_to_read(self, account):
        return self.lagged(account)


@faulty(breaks="debit.visible", also=READ_A_BALANCE)
class CheckFromReplica(Lagging):
    """The check was moved to a replica, which is 50 ms behind the statement."""

    def balance_to_check(self, account):
        return self.lagged(account)


@faulty(breaks="debit.visible", also=READ_A_BALANCE)
class OneReplicaOfTwo(Lagging):
    """Every other read goes to a replica that is behind, so balances jump back."""

    def balance_to_read(self, account):
        return self.lagged(account) if next(self.serials) % 2 else account.balance

    def balance_to_check(self, account):
        return self.balance_to_read(account)


@faulty(breaks="debit.visible", also=READ_A_BALANCE)
class StatementCachedForAWhile(Service):
    """The statement is cached for 200 ms, and a debit does not clear the cache."""

    def balance_to_read(self, account):
        now = time.monotonic()
        if now > getattr(account, "cached_until", 0):
            account.cached, account.cached_until = account.balance, now + 0.2
        return account.cached


@faulty(breaks="debit.visible", also=READ_A_BALANCE)
class StatementCachedForFiveReads(Service):
    """The statement is cached, and loaded anew at each fifth read."""

    def balance_to_read(self, account):
        reads = getattr(account, "reads", 0)
        if reads % 5 == 0:
            account.cached = account.balance
        account.reads = reads + 1
        return account.cached


@faulty(breaks="debit.visible", also=READ_A_BALANCE)
class CheckCached(Service):
    """The check keeps the first balance it saw in the process's memory."""

    def balance_to_check(self, account):
        if not hasattr(account, "cached"):
            account.cached = account.balance
        return account.cached


@faulty(breaks="debit.visible", also=READ_A_BALANCE)
class CacheClearedByStatement(Service):
    """The check reads a cache that statements refresh and debits do not."""

    def balance_to_read(self, account):
        account.cached = account.balance
        return account.cached

    def balance_to_check(self, account):
        return getattr(account, "cached", account.balance)


@faulty(breaks="debit.visible", also=READ_A_BALANCE)
class WrittenBackByFives(Service):
    """Balances live in memory and are written back, where reads look, at each fifth debit."""

    def take(self, account, units):
        if account.version % 5 == 0:
            account.written = account.balance
        account.version += 1
        return super().take(account, units)

    def balance_to_read(self, account):
        return getattr(account, "written", account.balance)

    def balance_to_check(self, account):
        return self.balance_to_read(account)


@faulty(breaks="check.verdict", also=("check.refusal-is-200", "race.linearizable"))
class VerdictCached(Service):
    """The answer to a question asked before, of this user and these units, is kept."""

    def allowed(self, account, balance, units):
        kept = vars(account).setdefault("verdicts", {})
        return kept.setdefault(units, super().allowed(account, balance, units))
