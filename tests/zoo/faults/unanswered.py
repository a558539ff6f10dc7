"""Debits that are answered 5xx or refused by a limiter, and what has become of them."""

from tests.zoo.refusals import invalid, too_many
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


class LimitedTooLate(Service):
    """A service whose limiter counts in a layer behind the ledger, and refuses what is carried out already."""

    every = 5

    def __init__(self):
        super().__init__()
        self.made = 0

    def settle(self, order):
        answer = super().settle(order)
        self.made += 1
        if self.made % self.every:
            return answer
        self.look_back(order)
        raise too_many()

    def look_back(self, order):
        """Do what is done of a debit that is refused too late."""


@faulty(breaks="debit.shape", also=["ref.lost-response"])
class ChargedAndLimited(LimitedTooLate):
    """The limiter counts when the charge is committed: it is kept, and the answer is 429."""


# A retry after a lost answer is a retry too, and charges again.
@faulty(
    breaks="ref.duplicate",
    also=["debit.shape", "ref.duplicate-when-drained", "ref.lost-response"],
)
class LimitedForgetsTheRef(LimitedTooLate):
    """The limiter counts when the charge is committed, and the refusal gives the ref free: a retry charges again."""

    def look_back(self, order):
        self.forget(self.account(order.user_id), order)
