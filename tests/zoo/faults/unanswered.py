"""Debits that are answered 5xx, and what has become of them."""

from tests.zoo.refusals import invalid
from tests.zoo.registry import faulty
from tests.zoo.service import Service

NO_5XX = ("http.no-5xx",)


class Stumbling(Service):
    """A service that fails after it has charged, for every debit with an odd text in its reason."""

    def debit(self, request):
        order = self.order(self.parse(request))
        if "\0" not in order.reason:
            return self.settle(order)
        with self.guard(order.user_id):
            self.stumble(self.account(order.user_id), order)
        raise RuntimeError("a string literal cannot contain NUL (0x00) characters")


@faulty(breaks="ref.duplicate", also=NO_5XX)
class ChargedOnEvery500(Stumbling):
    """The charge is committed before the log line, whose NUL raises; the ref is stored after it."""

    def stumble(self, account, order):
        if self.enough(account, order.units):
            self.take(account, order.units)


@faulty(breaks="ref.lost-response", also=NO_5XX)
class RefBurntBy500(Stumbling):
    """The ref is committed, the charge is rolled back; a retry learns that it was charged."""

    def debit(self, request):
        order = self.order(self.parse(request))
        account = self.account(order.user_id)
        if "\0" in order.reason and self.used(account, order):
            return self.settle(order)
        return super().debit(request)

    def stumble(self, account, order):
        self.remember(account, order)


@faulty(breaks="input.no-effect", also=NO_5XX)
class ChargedThenRefused(Stumbling):
    """The first worker charges and dies; the retry is validated, and refused for good."""

    def __init__(self):
        super().__init__()
        self.seen = set()

    def debit(self, request):
        order = self.order(self.parse(request))
        if "\0" in order.reason and order.ref in self.seen:
            raise invalid("reason", "holds a NUL")
        self.seen.add(order.ref)
        return super().debit(request)

    def stumble(self, account, order):
        if self.enough(account, order.units):
            self.take(account, order.units)
