"""Clients that hang up before the answer, and what becomes of their debits."""

from tests.zoo.disconnect import client_disconnected
from tests.zoo.registry import faulty
from tests.zoo.service import Service

TWICE = ("race.linearizable", "debit.exact")


class Cancellable(Service):
    """A service whose handler is cancelled when the client hangs up.

    It holds the account until it knows, as a transaction would.
    """

    def debit(self, request):
        order = self.order(self.parse(request))
        account = self.account(order.user_id)
        with account.lock:
            answer = self.settle(order)
            if client_disconnected(request):
                self.cancelled(account, order)
        return answer


@faulty(breaks="ref.lost-response", also=TWICE)
class RefLostOnHangUp(Cancellable):
    """The charge is committed, and the cancelled handler never gets to store the ref."""

    def cancelled(self, account, order):
        self.forget(account, order)


@faulty(breaks="ref.lost-response", also=TWICE)
class ChargeLostOnHangUp(Cancellable):
    """The cancelled transaction takes the charge back; the ref was stored outside of it."""

    def cancelled(self, account, order):
        account.balance += order.units


@faulty(breaks="ref.lost-response", also=TWICE)
class RedeliveredOnHangUp(Cancellable):
    """A debit whose answer could not be sent is delivered again by the queue, past the ref."""

    def cancelled(self, account, order):
        if self.enough(account, order.units):
            self.take(account, order.units)


class CancellableInTwoPlaces(Service):
    """A service that stops cleanly when the client hangs up before the commit, and goes wrong after it."""

    def debit(self, request):
        order = self.order(self.parse(request))
        account = self.account(order.user_id)
        if client_disconnected(request):
            raise ConnectionAbortedError
        with account.lock:
            answer = self.settle(order)
            if client_disconnected(request):
                self.cancelled(account, order)
        return answer


@faulty(breaks="ref.lost-response", also=TWICE)
class RolledBackOnHangUp(CancellableInTwoPlaces):
    """The ref is committed at once, the charge at the end of the request, which never comes."""

    def cancelled(self, account, order):
        account.balance += order.units


@faulty(breaks="ref.lost-response", also=TWICE)
class RefLostBetweenCommitAndAnswer(CancellableInTwoPlaces):
    """The charge is committed, and the ref is written with the answer."""

    def cancelled(self, account, order):
        self.forget(account, order)


@faulty(breaks="ref.lost-response", also=TWICE)
class RefRecordedWithTheAnswer(Service):
    """The ref is recorded when the answer has been sent, which it is not where the client has gone."""

    def debit(self, request):
        order = self.order(self.parse(request))
        account = self.account(order.user_id)
        with account.lock:
            answer = self.settle(order)
            if client_disconnected(request, wait=0):
                self.forget(account, order)
        return answer


@faulty(breaks="ref.lost-response", also=TWICE)
class BookedWithoutRefAfterHangUp(Service):
    """Work whose client has gone is booked by another path, which knows no refs."""

    def debit(self, request):
        order = self.order(self.parse(request))
        account = self.account(order.user_id)
        with account.lock:
            if client_disconnected(request) and self.enough(account, order.units):
                self.take(account, order.units)
                raise ConnectionAbortedError
            return self.settle(order)
