"""Checks and updates in several steps: debits that come at the same time interleave."""

import threading
import time

from tests.zoo.clauses import LOST_UPDATE, OVERDRAFT
from tests.zoo.interleave import ROUND_TRIP, THREAD_SWITCH, Racy
from tests.zoo.refusals import duplicate, insufficient
from tests.zoo.registry import faulty
from tests.zoo.service import Service

SAME_REF = ("race.linearizable", "ref.lost-response")


@faulty(breaks="race.same-ref", also=SAME_REF, race=True)
class RefCheckThenAct(Racy):
    """The ref is looked up by one query and inserted by another, with no unique index."""

    def used(self, account, order):
        used = super().used(account, order)
        self.interleave()
        return used


@faulty(breaks="race.same-ref", also=SAME_REF, race=True)
class RefCheckThenActQuickly(RefCheckThenAct):
    """Refs are a set in memory, looked up and added to without a lock."""

    pause = THREAD_SWITCH


@faulty(breaks="race.no-overdraft", also=OVERDRAFT, race=True)
class BalanceCheckThenAct(Racy):
    """The balance is compared by one query and lowered by another."""

    def take(self, account, units):
        self.interleave()
        return super().take(account, units)


@faulty(breaks="race.no-overdraft", also=OVERDRAFT, race=True)
class BalanceCheckThenActQuickly(BalanceCheckThenAct):
    """The balance is compared and lowered in memory without a lock."""

    pause = THREAD_SWITCH


@faulty(breaks="race.linearizable", also=LOST_UPDATE, race=True)
class LostUpdate(Racy):
    """The balance is read, lowered in the program, and written back as a number."""

    def take(self, account, units):
        left = account.balance - units
        self.interleave()
        account.balance = left
        return left


@faulty(breaks="race.linearizable", also=LOST_UPDATE, race=True)
class LostUpdateQuickly(LostUpdate):
    """The balance in memory is read and written back without a lock."""

    pause = THREAD_SWITCH


@faulty(
    breaks="race.linearizable",
    also=("debit.never-negative", "race.no-false-refusal", "check.verdict"),
    race=True,
)
class TakeThenGiveBack(Racy):
    """A debit is made first and undone if it went below zero; readers see it meanwhile."""

    def charge(self, account, order):
        left = self.take(account, order.units)
        self.interleave()
        if left < 0:
            account.balance += order.units
            raise insufficient()
        if self.used(account, order):
            account.balance += order.units
            raise duplicate()
        self.remember(account, order)
        return self.receipt(account, order, left)


@faulty(
    breaks="race.no-false-refusal",
    also=("race.linearizable", "race.no-overdraft"),
    race=True,
)
class OptimisticWithoutRetry(Racy):
    """A version that has moved on is a conflict, and a conflict is 409."""

    refusal = staticmethod(duplicate)

    def charge(self, account, order):
        version = account.version
        self.interleave()
        if account.version != version:
            raise self.refusal()
        account.version += 1
        return super().charge(account, order)


@faulty(
    breaks="race.no-false-refusal",
    also=("race.linearizable", "race.no-overdraft", "race.same-ref"),
    race=True,
)
class ConflictIs403(OptimisticWithoutRetry):
    """UPDATE ... WHERE balance = old touched no row, which is taken for too little money."""

    refusal = staticmethod(insufficient)


@faulty(
    breaks="race.no-false-refusal",
    also=(
        "http.no-5xx",
        "race.linearizable",
        "race.no-overdraft",
        "ref.lost-response",
        "race.same-ref",
        "schema.responses",
    ),
    race=True,
)
class DatabaseIsLocked(Service):
    """The embedded database has one writer, and a second one gets an error at once."""

    def __init__(self):
        super().__init__()
        self.writer = threading.Lock()

    def settle(self, order):
        if not self.writer.acquire(blocking=False):
            raise RuntimeError("database is locked")
        try:
            time.sleep(ROUND_TRIP)
            return super().settle(order)
        finally:
            self.writer.release()


# The debit after one whose client has hung up is at the same time as that one.
@faulty(
    breaks="race.linearizable",
    also=(*OVERDRAFT, "debit.exact", "ref.lost-response"),
    race=True,
)
class RetryTakesTwice(Racy):
    """After a conflict the debit is tried again, though the first try had gone through."""

    def take(self, account, units):
        left = super().take(account, units)
        account.version = version = account.version + 1
        self.interleave()
        return left if account.version == version else super().take(account, units)


@faulty(
    breaks="race.linearizable",
    also=(
        *LOST_UPDATE,
        "debit.isolated",
        "race.no-false-refusal",
        "race.same-ref",
        "ref.lost-response",
    ),
    race=True,
)
class OrderKeptOnService(Service):
    """The order is an attribute of the one service object, where the next request puts its own."""

    def settle(self, order):
        self.current = order
        time.sleep(ROUND_TRIP)
        return super().settle(self.current)
