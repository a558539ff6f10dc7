"""The right refusals in the wrong order."""

from tests.zoo.refusals import RefusalError, insufficient
from tests.zoo.registry import faulty
from tests.zoo.service import Service


@faulty(
    breaks="ref.duplicate-when-drained",
    also=("ref.duplicate", "ref.lost-response", "race.linearizable", "race.same-ref"),
)
class MoneyBeforeRef(Service):
    """The money is looked at first, so a retry after the last debit gets 403."""

    def used(self, account, order):
        if not self.enough(account, order.units):
            raise insufficient()
        return super().used(account, order)


@faulty(breaks="auth.before-validation")
class BodyBeforeKey(Service):
    """The framework validates the body before the view's decorator sees the key."""

    def handle(self, request):
        operation = self.route(request)
        if operation == "check":
            body = self.parse(request)
            self.user_id(body)
            self.units(body)
        elif operation == "debit":
            self.order(self.parse(request))
        return super().handle(request)


@faulty(breaks="auth.before-validation")
class JsonBeforeKey(Service):
    """A middleware parses JSON for everybody and answers what it cannot read."""

    def authenticate(self, request):
        if request.method == "POST":
            self.decode(request.body)
        super().authenticate(request)


@faulty(breaks="auth.before-validation")
class QueryBeforeKey(Service):
    """The query string is validated by the router, ahead of the key."""

    def authenticate(self, request):
        if request.path.endswith("/balance") and request.method == "GET":
            self.queried_user(request)
        super().authenticate(request)


class Disclosing(Service):
    """A service that looks at the account before it looks at the key."""

    def authenticate(self, request):
        if self.route(request) == "debit" and not self.key_fits(request.key):
            self.disclose(request)
        super().authenticate(request)

    def disclose(self, request):
        try:
            order = self.order(self.parse(request))
        except RefusalError:
            return
        self.reveal(self.account(order.user_id), order)


@faulty(breaks="auth.wrong-key")
class DuplicateBeforeKey(Disclosing):
    """The cache of used refs answers in front of everything, strangers included."""

    def reveal(self, account, order):
        if self.used(account, order):
            raise RefusalError(409, "duplicate_transaction", "The ref is used already")


@faulty(breaks="auth.wrong-key")
class MoneyBeforeKey(Disclosing):
    """The quota filter stands in front of the key, so a stranger may get 403."""

    def reveal(self, account, order):
        if not self.enough(account, order.units):
            raise insufficient()
