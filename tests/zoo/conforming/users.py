"""Accounts, plans, refs and keys: what the document leaves to the service."""

import uuid
from decimal import Decimal

from tests.zoo.refusals import RefusalError, insufficient, invalid, no_such_user
from tests.zoo.registry import conforming
from tests.zoo.service import Service


@conforming()
class Plain(Service):
    """The plain service, whose unknown users have an empty account."""


@conforming(unknown_user="not-found")
class UnknownUserIs404(Service):
    """A user nobody has opened is not found, by any operation."""

    def unknown_account(self, user_id):
        raise no_such_user()


@conforming(unknown_user="forbidden")
class UnknownUserMayNotDebit(Service):
    """A user nobody has opened is not found by check and balance, and a debit is 403."""

    def unknown_account(self, user_id):
        raise no_such_user()

    def settle(self, order):
        try:
            return super().settle(order)
        except RefusalError as refusal:
            raise insufficient() if refusal.status == 404 else refusal from None


@conforming(unknown_user="funded")
class UnknownUserIsFunded(Service):
    """A user seen for the first time starts with a gift of 1000 units."""

    def unknown_account(self, user_id):
        return self.open(user_id, Decimal(1000))


@conforming(user_id_format="uuid")
class UuidsOnly(Service):
    """User ids are UUIDs; any other text is refused with 422."""

    def user_id(self, body):
        return self.checked(super().user_id(body))

    def queried_user(self, request):
        return self.checked(super().queried_user(request))

    def checked(self, user_id):
        try:
            return str(uuid.UUID(user_id))
        except ValueError:
            raise invalid("user_id", "must be a UUID") from None

    def account_key(self, user_id):
        return user_id.lower()


@conforming(ref_scope="global")
class RefsAreGlobal(Service):
    """A ref is used once in the whole service, not once for each user."""

    def __init__(self):
        super().__init__()
        self.used_refs = {}

    def refs(self, _account):
        return self.used_refs


@conforming(no_plan="absent")
class NoPlanIsAbsent(Service):
    """A user without plan has no field plan."""

    def statement(self, account):
        answer = super().statement(account)
        if answer["plan"] is None:
            del answer["plan"]
        return answer


@conforming(no_plan="placeholder")
class NoPlanIsPlaceholder(Service):
    """A user without plan has the plan none, which is inactive and never expires."""

    def plan(self, account):
        none = {"plan_code": "none", "expires_at": None, "status": "inactive"}
        return account.plan or none


@conforming(no_plan="placeholder")
class PlaceholderHasMoreFields(Service):
    """A user without plan has the plan none, with the fields of every plan, in another order."""

    def plan(self, account):
        none = {
            "title": None,
            "status": "inactive",
            "expires_at": None,
            "auto_renew": False,
            "plan_code": "none",
        }
        return account.plan or none


@conforming(no_plan="other")
class NoPlanIsFree(Service):
    """A user without plan is on the plan free, which is active and never expires."""

    def plan(self, account):
        free = {"plan_code": "free", "expires_at": None, "status": "active"}
        return account.plan or free


def has_ended(plan):
    return plan is not None and plan["expires_at"] < "2020"


@conforming(expired_plan="expired")
class EndedPlansAreExpired(Service):
    """A plan whose end has passed has the status expired."""

    def plan(self, account):
        ended = has_ended(account.plan)
        return {**account.plan, "status": "expired"} if ended else account.plan


@conforming(expired_plan="gone")
class EndedPlansAreGone(Service):
    """A user whose plan has ended is on none."""

    def plan(self, account):
        return None if has_ended(account.plan) else account.plan


@conforming(expired_plan="other")
class EndedPlansAreSuspended(Service):
    """A plan whose end has passed has a status of the service's own."""

    def plan(self, account):
        ended = has_ended(account.plan)
        return {**account.plan, "status": "suspended"} if ended else account.plan


@conforming()
class PlanHasMoreFields(Service):
    """A plan comes with fields that the document does not list."""

    def plan(self, account):
        return account.plan and {**account.plan, "title": "Base", "auto_renew": True}


@conforming(missing_key="422")
class MissingKeyIs422(Service):
    """The key is a required header, and leaving one out is 422, as of any field."""

    def authenticate(self, request):
        if request.key is None:
            raise invalid("x-internal-key", "is required")
        super().authenticate(request)


@conforming()
class MethodBeforeKey(Service):
    """The router comes before the key: strangers get 404 and 405 too."""

    def authenticate(self, request):
        self.route(request)
        super().authenticate(request)


@conforming(tx_id="opaque")
class TxIdLikeUlid(Service):
    """Transaction ids are 26 characters of Crockford's base 32."""

    def tx_id(self, _account, _order):
        return f"01K{next(self.serials):023d}"


@conforming(tx_id="opaque")
class TxIdIsSerial(Service):
    """Transaction ids are the table's serial numbers, as text."""

    def tx_id(self, _account, _order):
        return str(next(self.serials))


@conforming(tx_id="opaque")
class TxIdIsShort(Service):
    """Transaction ids are short and in hexadecimal, with a prefix."""

    def tx_id(self, _account, _order):
        return f"t-{next(self.serials):x}"
