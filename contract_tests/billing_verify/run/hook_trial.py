"""Tries out a hook before the first test: whether it opens accounts with the balance and on the plan that it is asked for."""

from __future__ import annotations

from decimal import Decimal
from http.client import OK
from typing import TYPE_CHECKING

from billing_verify.amounts import CENT, money, shown
from billing_verify.errors import NotTestableError, UnreadableResponseError

if TYPE_CHECKING:
    from billing_verify.account import TestAccount
    from billing_verify.accounts.hooks import HookAccounts
    from billing_verify.client.billing_client import BillingClient
    from billing_verify.client.exchange import Response
    from billing_verify.config.options import Options

TRIED_BALANCE = Decimal("7.03")
TRIED_PLAN = {
    "plan_code": "base750",
    "expires_at": "2035-07-31T10:00:00Z",
    "status": "active",
}


def try_out(billing: BillingClient, own: HookAccounts, options: Options) -> str | None:
    """Open an account, and return why it got no plan, None where it did or the service is to blame.

    Raises NotTestableError where none is opened, or where debit, reading and check agree on another
    balance than the one that was asked for.
    """
    no_plan = None
    try:
        account = own.opened(TRIED_BALANCE, plan=TRIED_PLAN)
    except NotTestableError as error:
        no_plan = str(error)
        account = own.opened(TRIED_BALANCE)
    if not options.read_only:
        _refuse_another_balance(billing, account, own)
    return no_plan or _another_plan(billing, account, own, options)


def _another_plan(
    billing: BillingClient, account: TestAccount, own: HookAccounts, options: Options
) -> str | None:
    """Return which plan a reading tells where it is not the one that was asked for, None where the tests can judge it.

    A plan without a readable code is the service's doing. So is no plan where the service's own
    plan/apply has put the account on one, and a reading still tells none.
    """
    asked = TRIED_PLAN["plan_code"]
    read = billing.read(account)
    if read.status != OK or not read.is_json:
        return None
    told = _code_of(read)
    if told == asked or (told is None and read.tells_a_plan):
        return None
    if read.tells_a_plan:
        return f"{own.description}: an account on plan {asked} was asked for, and a reading tells plan {told}"
    cause = "either what opens them ignores the plan, or the service never tells one"
    if not options.read_only and _applies_a_plan(billing, account, options):
        if not billing.read(account).tells_a_plan:
            return None
        cause = "what opens them ignores the plan, since the service tells one that it applies itself"
    return f"{own.description}: an account on plan {asked} was asked for, and a reading tells no plan; {cause}"


def _applies_a_plan(
    billing: BillingClient, account: TestAccount, options: Options
) -> bool:
    """Return whether the service has put an account of the suite's own on a plan by its plan/apply."""
    applied = billing.request(
        "applyPlan", {"user_id": account.user_id, "plan_id": options.plan_id}
    )
    return applied.status == OK


def _code_of(read: Response) -> str | None:
    fields = read.json
    plan = fields.get("plan") if isinstance(fields, dict) else None
    code = plan.get("plan_code") if isinstance(plan, dict) else None
    return code if isinstance(code, str) else None


def _refuse_another_balance(
    billing: BillingClient, account: TestAccount, own: HookAccounts
) -> None:
    billing.use_account(account)
    debit = billing.debit(account, units=CENT)
    read, check = billing.read(account), billing.check(account, units=CENT)
    try:
        left, checked = read.balance, check.balance
        held = debit.balance + CENT if debit.status == OK else left
    except UnreadableResponseError:
        return
    after = held - CENT if debit.status == OK else held
    is_agreed = read.status == check.status == OK
    is_agreed = is_agreed and left == money(checked) == money(after)
    # A difference below a unit is a service that rounds, which the tests judge.
    if is_agreed and abs(held - account.opening) >= 1:
        raise NotTestableError(
            f"{own.description}: {shown(account.opening)} units were asked for, and the new account held {shown(held)}"
        )
