"""Faults of the provisional operations: applying a plan, and crediting."""

from decimal import Decimal

from tests.zoo.interleave import ROUND_TRIP, interleave
from tests.zoo.ledger import Order
from tests.zoo.refusals import RefusalError
from tests.zoo.registry import faulty
from tests.zoo.service import Service


@faulty(breaks="plan.not-found")
class UnknownPlanIs422(Service):
    """An unknown plan is found by the validation, which answers 422."""

    def apply_plan(self, request):
        try:
            return super().apply_plan(request)
        except RefusalError as refusal:
            if refusal.status == 404:
                raise RefusalError(422, "invalid_request", "No such plan") from None
            raise


@faulty(breaks="plan.not-found", also=("http.no-5xx",))
class UnknownPlanIs500(Service):
    """The plan is looked up with brackets, and nobody catches the KeyError."""

    def apply_plan(self, request):
        self.plans[self.text(self.parse(request), "plan_id")]
        return super().apply_plan(request)


@faulty(breaks="plan.applied")
class PlanAnswersOldBalance(Service):
    """The answer is filled from the account as it was before the plan."""

    def apply_plan(self, request):
        answer = super().apply_plan(request)
        granted = self.plans[answer["plan_id"]]
        return {**answer, "new_balance": self.money(answer["new_balance"] - granted)}


@faulty(breaks="plan.applied")
class PlanGrantsNothing(Service):
    """The plan is noted, and its units wait for a nightly job."""

    def apply_plan(self, request):
        answer = super().apply_plan(request)
        account = self.account(self.parse(request)["user_id"])
        account.balance -= self.plans[answer["plan_id"]]
        return answer


@faulty(breaks="plan.applied", also=("schema.responses",))
class PlanAnswersCode(Service):
    """The answer names the plan as the balance does: plan_code."""

    def apply_plan(self, request):
        answer = super().apply_plan(request)
        return {"plan_code": answer.pop("plan_id"), **answer}


@faulty(breaks="plan.not-found")
class UnknownPlanIsApplied(Service):
    """A plan that is not in the price list is noted, and grants nothing."""

    def apply_plan(self, request):
        try:
            return super().apply_plan(request)
        except RefusalError as refusal:
            if refusal.code != "plan_not_found":
                raise
            body = self.parse(request)
            account = self.account(self.user_id(body))
            account.plan = self.started_plan(body["plan_id"])
            balance = self.money(account.balance)
            return {"plan_id": body["plan_id"], "new_balance": balance}


@faulty(breaks="credit.wrong-key", also=("auth.wrong-key",))
class PlanUnguarded(Service):
    """Plans are applied by the payment provider's callback, which has no key."""

    def authenticate(self, request):
        if not request.path.endswith("/plan/apply"):
            super().authenticate(request)


@faulty(breaks="credit.invalid")
class CreditTakesNoReason(Service):
    """The model of the credit has a default for its reason."""

    def credit(self, request):
        body = self.parse(request)
        units, user_id = self.units(body), self.user_id(body)
        order = Order(user_id, units, self.ref(body), "credit")
        with self.guard(user_id):
            account = self.account(user_id)
            self.grant(account, order.ref, units)
            return self.receipt(account, order, account.balance)


@faulty(breaks="credit.duplicate")
class CreditsIgnoreRef(Service):
    """Only debits were thought dangerous, so a repeated credit is given again."""

    def grant(self, account, _ref, units):
        super().grant(account, None, units)


@faulty(breaks="credit.exact")
class CreditsInWholeUnits(Service):
    """Top-ups are sold in whole units, so a credit is cut to an integer."""

    def grant(self, account, ref, units):
        super().grant(account, ref, Decimal(int(units)))


@faulty(breaks="credit.exact", also=("schema.responses",))
class CreditWithoutTxId(Service):
    """A credit is no transaction in the model, and has no id."""

    def credit(self, request):
        return {"balance": super().credit(request)["balance"]}


@faulty(breaks="credit.wrong-key", also=("auth.wrong-key",))
class CreditUnguarded(Service):
    """The new router was mounted beside the one that checks the key."""

    def authenticate(self, request):
        if not request.path.endswith("/credit"):
            super().authenticate(request)


@faulty(breaks="credit.invalid")
class NegativeCreditTakes(Service):
    """The sign is checked on debits only, so a negative credit debits past zero."""

    def credit(self, request):
        body = self.parse(request)
        units = self.field(body, "units")
        if isinstance(units, int | Decimal) and units < 0:
            account = self.account(self.user_id(body))
            self.grant(account, self.ref(body), units)
            return self.receipt(account, None, account.balance)
        return super().credit(request)


@faulty(breaks="credit.duplicate", race=True)
class CreditCheckThenAct(Service):
    """Two credits with one ref both find it unused, and both are given."""

    def grant(self, account, ref, units):
        known = ref in account.grants
        interleave(self.lock, ROUND_TRIP)
        if not known:
            account.grants.discard(ref)
        super().grant(account, ref, units)


@faulty(breaks="credit.exact", also=("plan.applied",), race=True)
class CreditLosesUpdate(Service):
    """A credit reads the balance, adds, and writes it back over what came between."""

    def grant(self, account, ref, units):
        balance = account.balance
        interleave(self.lock, ROUND_TRIP)
        super().grant(account, ref, units + balance - account.balance)
