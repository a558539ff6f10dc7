"""What a hook does with the balance and the plan that it is asked for is found out before the first test."""

from __future__ import annotations

import pytest

from tests.processes import run
from tests.zoo import Service, all_faults, serving
from tests.zoo.refusals import no_such_operation

CLAUSES = ("debit.whole-balance", "balance.shape", "input.missing-field")


def verify(url, *arguments, cwd):
    return run(
        "billing_verify",
        url,
        *("--profile", "quick", *arguments),
        *(word for clause in CLAUSES for word in ("--clause", clause)),
        key=Service.key,
        cwd=cwd,
    )


class OpensWithout(Service):
    """Opens accounts on no plan, whatever is asked for."""

    def open(self, user_id, balance, plan=None):
        return super().open(user_id, balance, None)


class OpensWithoutAndAppliesNone(OpensWithout):
    """Has no operation that applies a plan either."""

    def apply_plan(self, request):
        raise no_such_operation()


class OpensOnAnother(Service):
    """Opens accounts on the plan that all new users get."""

    def open(self, user_id, balance, plan=None):
        return super().open(user_id, balance, plan and {**plan, "plan_code": "trial"})


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (OpensWithout, "a reading tells no plan; what opens them ignores the plan"),
        (OpensWithoutAndAppliesNone, "a reading tells no plan; either what opens them"),
        (OpensOnAnother, "was asked for, and a reading tells plan trial"),
    ],
)
def test_a_hook_that_ignores_the_plan_is_told_and_accuses_nobody(kind, told, tmp_path):
    with serving(kind()) as url:
        ended = verify(url, "--account-url", f"{url}/_zoo/accounts", cwd=tmp_path)

    assert ended.returncode == 3, ended.stdout
    assert "2 of 3 must clauses executed, 1 in part" in ended.stdout
    assert "No plan is tested: " in ended.stdout
    assert told in " ".join(ended.stdout.split())


@pytest.mark.parametrize(
    "fault",
    [
        each
        for each in all_faults()
        if each.name.startswith("Plan") and each.breaks == "balance.shape"
    ],
    ids=lambda each: each.name,
)
def test_a_service_that_tells_plans_wrongly_is_no_fault_of_the_hook(fault, tmp_path):
    with serving(fault.service()) as url:
        ended = verify(url, "--account-url", f"{url}/_zoo/accounts", cwd=tmp_path)

    assert ended.returncode == 1, ended.stdout
    assert "No plan is tested" not in ended.stdout


class OpensAnother(Service):
    """Opens accounts with a welcome present."""

    def open(self, user_id, balance, plan=None):
        return super().open(user_id, balance + 5, plan)


def test_a_hook_that_opens_accounts_with_another_balance_is_no_verdict(tmp_path):
    with serving(OpensAnother()) as url:
        ended = verify(url, "--account-url", f"{url}/_zoo/accounts", cwd=tmp_path)

    assert ended.returncode == 2
    assert "7.03 units were asked for, and the new account held 12.03" in ended.stdout
