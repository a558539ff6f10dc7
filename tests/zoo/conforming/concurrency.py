"""Other correct ways to handle concurrent debits, and clients that disconnect."""

import time
from concurrent.futures import ThreadPoolExecutor

from tests.zoo.disconnect import client_disconnected
from tests.zoo.interleave import THREAD_SWITCH
from tests.zoo.ledger import Account
from tests.zoo.refusals import RefusalError, duplicate, insufficient
from tests.zoo.registry import conforming
from tests.zoo.service import Service


@conforming()
class LockPerAccount(Service):
    """Each account has a lock of its own; making one is guarded apart."""

    def guard(self, user_id):
        with self.lock:
            return self.account(user_id).lock


@conforming()
class OneWorker(Service):
    """Debits wait in a queue for a single worker."""

    def __init__(self):
        super().__init__()
        self.worker = ThreadPoolExecutor(max_workers=1)

    def settle(self, order):
        return self.worker.submit(super().settle, order).result()


@conforming()
class OptimisticWithRetry(Service):
    """Nothing is locked while a debit is worked out; it starts anew if the account has moved on."""

    def settle(self, order):
        while True:
            account = self.account(order.user_id)
            version, balance = account.version, account.balance
            outcome = self.foresee(account, order)
            time.sleep(THREAD_SWITCH)
            with self.lock:
                if account.version == version and account.balance == balance:
                    return self.commit(account, order, outcome)

    def foresee(self, account, order):
        if self.used(account, order):
            return duplicate
        return None if self.enough(account, order.units) else insufficient

    def commit(self, account, order, outcome):
        if outcome is not None:
            raise outcome()
        account.version += 1
        return self.charge(account, order)


@conforming()
class SnapshotReads(Service):
    """Accounts are never changed: a debit puts a new one in place, reads take what stands."""

    def take(self, account, units):
        new = Account(account.user_id, account.balance - units, account.plan)
        new.refs, new.grants = account.refs, account.grants
        self.accounts[self.account_key(account.user_id)] = new
        return new.balance


@conforming()
class UniqueIndex(Service):
    """The ref is inserted first; a failed insert is the duplicate, a refusal deletes it again."""

    def used(self, account, order):
        return self.refs(account).setdefault(self.ref_key(order), order) is not order

    def charge(self, account, order):
        try:
            return super().charge(account, order)
        except RefusalError:
            self.forget(account, order)
            raise


@conforming()
class RolledBackOnHangUp(Service):
    """A client that hangs up takes its debit back whole, ref and all."""

    def debit(self, request):
        order = self.order(self.parse(request))
        account = self.account(order.user_id)
        with account.lock:
            answer = self.settle(order)
            if client_disconnected(request):
                with self.lock:
                    account.balance += order.units
                    self.forget(account, order)
        return answer


@conforming()
class LockWaitsInTurn(Service):
    """Debits of an account are served one by one, a millisecond each, and none is refused for waiting."""

    def settle(self, order):
        with self.account(order.user_id).lock:
            time.sleep(0.001)
            return super().settle(order)
