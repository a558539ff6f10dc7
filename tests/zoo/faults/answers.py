"""Answers of the wrong shape."""

from tests.zoo.clauses import (
    CHECK_UNREADABLE,
    READ_A_BALANCE,
    RECEIPT_UNREADABLE,
)
from tests.zoo.registry import faulty
from tests.zoo.service import Service

VERDICT_UNREADABLE = (
    "check.verdict",
    "check.refusal-is-200",
    "race.linearizable",
    "schema.responses",
)


@faulty(breaks="check.shape", also=CHECK_UNREADABLE, example_fails=True)
class CheckBalanceAsText(Service):
    """The check dumps its decimal with default=str, so the balance leaves as text."""

    def verdict(self, account, units):
        answer = super().verdict(account, units)
        return {**answer, "balance": str(answer["balance"])}


@faulty(
    breaks="check.shape",
    also=VERDICT_UNREADABLE,
    example_fails=True,
)
class AllowedAsNumber(Service):
    """The verdict comes from SQL, where a truth is 1 or 0, and goes out as such."""

    def allowed(self, account, balance, units):
        return int(super().allowed(account, balance, units))


@faulty(
    breaks="check.shape",
    also=VERDICT_UNREADABLE,
)
class RefusalLosesAllowed(Service):
    """The field is marked omitempty, and false is empty."""

    def verdict(self, account, units):
        answer = super().verdict(account, units)
        return {name: value for name, value in answer.items() if value is not False}


@faulty(breaks="check.shape", also=CHECK_UNREADABLE, example_fails=True)
class CheckWithoutBalance(Service):
    """Only the verdict was thought worth sending."""

    def verdict(self, account, units):
        return {"allowed": super().verdict(account, units)["allowed"]}


@faulty(
    breaks="debit.shape",
    also=("check.shape", "balance.shape", *RECEIPT_UNREADABLE, *CHECK_UNREADABLE),
)
class ZeroBalanceOmitted(Service):
    """The balance is marked omitempty, and 0 is empty."""

    def success(self, request):
        status, body, headers = super().success(request)
        if not body.get("balance", 1):
            del body["balance"]
        return status, body, headers


@faulty(breaks="balance.shape", also=READ_A_BALANCE, example_fails=True)
class StatementBalanceAsText(Service):
    """The statement is built for people, with the balance printed to two places."""

    def statement(self, account):
        return {**super().statement(account), "balance": f"{account.balance:.2f}"}


@faulty(breaks="balance.shape", also=("schema.responses",), example_fails=True)
class PlanAsText(Service):
    """The serializer follows no relations, so a plan is its code alone."""

    def plan(self, account):
        return account.plan and account.plan["plan_code"]


@faulty(breaks="balance.shape", also=("schema.responses",), example_fails=True)
class PlanWithoutExpiry(Service):
    """The date was left out of the serializer's list of fields."""

    def plan(self, account):
        plan = dict(account.plan or {})
        plan.pop("expires_at", None)
        return plan or None


@faulty(breaks="balance.shape", also=("schema.responses",), example_fails=True)
class PlanInCamelCase(Service):
    """The nested object goes through the encoder of another team's client."""

    def plan(self, account):
        plan = account.plan
        return plan and {
            "planCode": plan["plan_code"],
            "expiresAt": plan["expires_at"],
            "status": plan["status"],
        }


@faulty(breaks="balance.shape", also=("schema.responses",), example_fails=True)
class PlanExpiryAsEpoch(Service):
    """The date is written as the database driver gives it: seconds since 1970."""

    def plan(self, account):
        return account.plan and {**account.plan, "expires_at": 1753956000}


@faulty(breaks="balance.shape", example_fails=True)
class PlanNeverShown(Service):
    """The plan is a lazy relation that nobody loads, so every user seems to have none."""

    def plan(self, _account):
        return None


@faulty(breaks="debit.shape", also=RECEIPT_UNREADABLE, example_fails=True)
class DebitWithoutBalance(Service):
    """The debit answers with the transaction's id and leaves the balance to a read."""

    def receipt(self, account, order, left):
        return {"tx_id": super().receipt(account, order, left)["tx_id"]}


@faulty(breaks="debit.shape", also=RECEIPT_UNREADABLE, example_fails=True)
class DebitBalanceAsText(Service):
    """The receipt carries money as text, as the bank's own interface does."""

    def receipt(self, account, order, left):
        answer = super().receipt(account, order, left)
        return {**answer, "balance": str(answer["balance"])}


@faulty(breaks="debit.shape", also=("schema.responses",), example_fails=True)
class TxIdAsNumber(Service):
    """The transaction's id is the table's serial, sent as the number it is."""

    def tx_id(self, _account, _order):
        return next(self.serials)


@faulty(
    breaks="debit.shape",
    also=("debit.tx-unique", "schema.responses"),
    example_fails=True,
)
class TxIdNull(Service):
    """The answer is built before the insert is flushed, when the row has no id yet."""

    def tx_id(self, _account, _order):
        return None


@faulty(
    breaks="debit.shape",
    also=("debit.tx-unique", "schema.responses"),
    example_fails=True,
)
class TxIdEmpty(Service):
    """The id is a text column with an empty default that nobody fills."""

    def tx_id(self, _account, _order):
        return ""
