"""Used refs that are not looked at, answered wrongly, or forgotten."""

import math
import time

from tests.zoo.clauses import DUPLICATES, OVERDRAFT
from tests.zoo.refusals import RefusalError
from tests.zoo.registry import faulty
from tests.zoo.service import Service

# A ref that is forgotten is forgotten whatever else the debit says.
FORGOTTEN = (
    "ref.duplicate",
    "ref.duplicate-any-payload",
    "ref.lost-response",
    "race.linearizable",
)


@faulty(breaks="ref.duplicate", also=DUPLICATES)
class RefsIgnored(Service):
    """The ref is stored for the books, and nobody looks it up."""

    def used(self, _account, _order):
        return False


@faulty(breaks="ref.duplicate", also=DUPLICATES)
class DuplicateAnswers200(Service):
    """A duplicate gets the first answer again, as other houses understand idempotency."""

    def settle(self, order):
        first = self.account(order.user_id).refs.get(order.ref)
        return first or super().settle(order)

    def receipt(self, account, order, left):
        account.refs[order.ref] = super().receipt(account, order, left)
        return account.refs[order.ref]


@faulty(breaks="ref.duplicate", also=(*DUPLICATES, *OVERDRAFT))
class DuplicateCharges409(Service):
    """The balance is updated before the insert hits the unique index, without rollback."""

    def used(self, account, order):
        used = super().used(account, order)
        if used:
            account.balance -= order.units
        return used


@faulty(breaks="ref.duplicate", also=DUPLICATES)
class DuplicateFreesRef(Service):
    """The handler of a conflict cleans up by ref, and removes the first debit's row."""

    def used(self, account, order):
        used = super().used(account, order)
        if used:
            self.forget(account, order)
        return used


@faulty(breaks="ref.duplicate", also=DUPLICATES)
class RefStoredLate(Service):
    """Refs reach the index through a queue, some 30 ms behind their debits."""

    def remember(self, account, order):
        account.refs[order.ref] = time.monotonic() + 0.03

    def used(self, account, order):
        return account.refs.get(order.ref, math.inf) <= time.monotonic()


@faulty(breaks="ref.duplicate", also=DUPLICATES)
class DuplicateCredits(Service):
    """A conflict is compensated: the units of the duplicate are given back, once too often."""

    def used(self, account, order):
        used = super().used(account, order)
        if used:
            account.balance += order.units
        return used


ANY_PAYLOAD = ("ref.duplicate", "race.linearizable", "race.same-ref")


@faulty(breaks="ref.duplicate-any-payload", also=ANY_PAYLOAD)
class RefWithUnits(Service):
    """The unique index is over ref and units, so other units make another debit."""

    def ref_key(self, order):
        return order.ref, order.units


@faulty(breaks="ref.duplicate-any-payload", also=ANY_PAYLOAD)
class RefWithReason(Service):
    """Refs are kept per reason, as each product was thought to have its own."""

    def ref_key(self, order):
        return order.ref, order.reason


@faulty(breaks="ref.duplicate-any-payload", also=ANY_PAYLOAD)
class BodyHashed(Service):
    """The key of idempotency is a hash of the whole request."""

    def ref_key(self, order):
        return order


@faulty(breaks="ref.duplicate-any-payload", also=ANY_PAYLOAD)
class OtherPayloadIs422(Service):
    """A used ref with other units is called a client's mistake: 422, not 409."""

    def used(self, account, order):
        first = account.refs.get(order.ref)
        if first and first.units != order.units:
            raise RefusalError(422, "ref_reused", "The ref belongs to another debit")
        return first is not None


@faulty(breaks="ref.duplicate-any-payload", also=(*ANY_PAYLOAD, *OVERDRAFT))
class OtherPayloadAmends(Service):
    """A used ref with more units is taken as a correction, and the rest is charged."""

    def used(self, account, order):
        first = account.refs.get(order.ref)
        if first and order.units > first.units:
            account.balance -= order.units - first.units
        return first is not None


class Forgetful(Service):
    """A service that remembers the newest refs of an account only."""

    kept = 1

    def remember(self, account, order):
        super().remember(account, order)
        while len(account.refs) > self.kept:
            del account.refs[next(iter(account.refs))]


@faulty(breaks="ref.remembered", also=(*FORGOTTEN, "ref.duplicate-when-drained"))
class LastRefRemembered(Forgetful):
    """The account has one column for its last ref."""


@faulty(breaks="ref.remembered", also=FORGOTTEN)
class FiftyRefsRemembered(Forgetful):
    """Refs live in a list on the account that is cut to its newest fifty."""

    kept = 50


@faulty(breaks="ref.remembered", also=FORGOTTEN)
class TwoHundredRefsRemembered(Forgetful):
    """Refs live in a cache of two hundred entries for each account."""

    kept = 200


@faulty(breaks="ref.remembered", also=FORGOTTEN)
class RefsShareOneCache(Forgetful):
    """All accounts share one cache of two hundred refs, so strangers push refs out."""

    kept = 200

    def __init__(self):
        super().__init__()
        self.cache = {}

    def refs(self, _account):
        return self.cache

    def ref_key(self, order):
        return order.user_id, order.ref

    def remember(self, account, order):
        Service.remember(self, account, order)
        if len(self.cache) > self.kept:
            del self.cache[next(iter(self.cache))]


@faulty(
    breaks="ref.remembered",
    also=(*FORGOTTEN, "ref.duplicate-when-drained", "race.same-ref"),
)
class RefsExpire(Service):
    """Refs expire after 30: seconds were meant, the store's option counts milliseconds."""

    def remember(self, account, order):
        account.refs[order.ref] = time.monotonic() + 0.03

    def used(self, account, order):
        return account.refs.get(order.ref, 0) > time.monotonic()


@faulty(breaks="ref.duplicate-when-drained", also=FORGOTTEN)
class EmptiedAccountArchived(Service):
    """An account that reaches 0 is archived, and its refs with it."""

    def receipt(self, account, order, left):
        if left == 0:
            account.refs.clear()
        return super().receipt(account, order, left)
