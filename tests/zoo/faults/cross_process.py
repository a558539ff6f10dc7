"""Shared calls, worker processes and locks that do not keep simultaneous debits apart."""

import contextlib
import threading
import time
from collections import Counter
from concurrent.futures import Future

from tests.zoo.clauses import LOST_UPDATE
from tests.zoo.interleave import ROUND_TRIP, interleave
from tests.zoo.refusals import RefusalError, duplicate, insufficient
from tests.zoo.registry import faulty
from tests.zoo.service import Service


@faulty(breaks="race.same-ref", also=("race.linearizable",), race=True)
class FlightShared(Service):
    """Calls with one ref that come together share one flight, and its 200."""

    def __init__(self):
        super().__init__()
        self.flights = {}

    def settle(self, order):
        mine = Future()
        flight = self.flights.setdefault((order.user_id, order.ref), mine)
        if flight is not mine:
            return flight.result()
        try:
            time.sleep(ROUND_TRIP)
            mine.set_result(super().settle(order))
        except RefusalError as refusal:
            mine.set_exception(refusal)
        finally:
            del self.flights[order.user_id, order.ref]
        return mine.result()


@faulty(
    breaks="race.same-ref",
    also=("http.no-5xx", "race.linearizable", "ref.lost-response"),
    race=True,
)
class UniqueViolationIs500(Service):
    """The lookup answers 409; where two pass it, the unique index raises, and nobody catches."""

    def used(self, account, order):
        used = super().used(account, order)
        interleave(self.lock, ROUND_TRIP)
        return used

    def remember(self, account, order):
        if order.ref in account.refs:
            raise RuntimeError("UNIQUE constraint failed: debits.user_id, debits.ref")
        super().remember(account, order)


@faulty(
    breaks="race.same-ref", also=("race.linearizable", "ref.lost-response"), race=True
)
class AllStepBack(Service):
    """Each inserts a pending row, counts the rows of its ref, and steps back if it is not alone."""

    def __init__(self):
        super().__init__()
        self.pending = Counter()

    def settle(self, order):
        self.pending[order.user_id, order.ref] += 1
        time.sleep(ROUND_TRIP)
        try:
            if self.pending[order.user_id, order.ref] > 1:
                time.sleep(ROUND_TRIP)
                raise duplicate()
            return super().settle(order)
        finally:
            self.pending[order.user_id, order.ref] -= 1


@faulty(breaks="race.linearizable", also=("ref.refused-stays-free",), race=True)
class PendingIsUsed(Service):
    """A ref counts as used from its start: 409 for a debit that is then refused."""

    def charge(self, account, order):
        self.remember(account, order)
        interleave(self.lock, ROUND_TRIP)
        if not self.enough(account, order.units):
            self.forget(account, order)
            raise insufficient()
        return super().charge(account, order)


class Unlocked(Service):
    """A service that reads, lowers and writes the balance, and trusts in some lock outside."""

    def guard(self, _user_id):
        return contextlib.nullcontext()

    def take(self, account, units):
        left = account.balance - units
        time.sleep(ROUND_TRIP)
        account.balance = left
        return left


class Workers(Service):
    """A service of two processes, between which connections are spread."""

    def __init__(self):
        super().__init__()
        self.here = threading.local()

    def respond(self, request):
        self.here.worker = request.environ.get("zoo.connection", 0) % 2
        return super().respond(request)


@faulty(breaks="race.linearizable", also=LOST_UPDATE, race=True)
class LockPerProcess(Workers, Unlocked):
    """The lock lives in the process, and the service runs in two."""

    def __init__(self):
        super().__init__()
        self.locks = [threading.RLock(), threading.RLock()]

    def guard(self, _user_id):
        return self.locks[self.here.worker]


@faulty(
    breaks="race.same-ref",
    also=("ref.duplicate", "ref.lost-response", "ref.remembered", "race.linearizable"),
    race=True,
)
class RefsPerProcess(Workers):
    """Used refs are kept in the memory of each process, and the service runs in two."""

    def ref_key(self, order):
        return self.here.worker, order.ref


@faulty(breaks="race.no-overdraft", also=LOST_UPDATE, race=True)
class LockPerRef(Unlocked):
    """The lock is named after the ref, so debits of one account do not meet at it."""

    def __init__(self):
        super().__init__()
        self.locks = {}

    def settle(self, order):
        with self.locks.setdefault(order.ref, threading.Lock()):
            return super().settle(order)


@faulty(breaks="race.no-overdraft", also=LOST_UPDATE, race=True)
class LockTimesOut(Unlocked):
    """The lock is waited for for 5 ms, and then the debit goes on without it."""

    def settle(self, order):
        lock = self.account(order.user_id).lock
        held = lock.acquire(timeout=0.005)
        try:
            return super().settle(order)
        finally:
            if held:
                lock.release()
