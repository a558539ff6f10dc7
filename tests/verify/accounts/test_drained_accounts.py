"""One account of 50 units that may be emptied tests what two named accounts cannot."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tests.once import once
from tests.processes import run
from tests.zoo import Service, serving
from tests.zoo.faults.answers import PlanNeverShown
from tests.zoo.faults.arithmetic import UnitsCut

NAMED = ("7d1f8f0a-0d1f-4f5e-9c0f-6d6f3f6f0001", "7d1f8f0a-0d1f-4f5e-9c0f-6d6f3f6f0002")
DRAINED = "7d1f8f0a-0d1f-4f5e-9c0f-6d6f3f6f0009"
PLAN = {
    "plan_code": "base750",
    "expires_at": "2035-07-31T10:00:00Z",
    "status": "active",
}


def verify(service, folder, *arguments):
    with serving(service) as url:
        ended = run(
            "billing_verify",
            url,
            *("--json", "report.json"),
            *arguments,
            key=Service.key,
            cwd=folder,
        )
    return ended, json.loads((folder / "report.json").read_text())


def verified(folder, profile):
    service = Service()
    service.open(NAMED[0], Decimal(742), PLAN)
    service.open(NAMED[1], Decimal(742))
    service.open(DRAINED, Decimal(50))
    named = [word for user in NAMED for word in ("--account", user)]
    ended, report = verify(
        service, folder, "--profile", profile, *named, "--account-drain", DRAINED
    )
    left = [service.accounts[user].balance for user in (*NAMED, DRAINED)]
    return {
        "status": ended.returncode,
        "printed": ended.stdout,
        "report": report,
        "left": left,
    }


@pytest.fixture(scope="module", params=["quick", "standard"])
def drained(request, tmp_path_factory):
    return once(
        tmp_path_factory,
        f"drained-{request.param}",
        lambda folder: verified(folder, request.param),
    )


def test_it_tests_every_must_clause_that_named_accounts_cannot(drained):
    in_part = {
        clause["id"]
        for clause in drained["report"]["clauses"]
        if clause["level"] == "must" and clause["reasons"]
    }

    assert in_part == set(), drained["printed"]
    assert drained["status"] == 0


def test_it_is_emptied_and_the_named_accounts_are_not(drained):
    one, other, emptied = drained["left"]

    assert emptied == 0
    assert 0 < 742 * 2 - one - other <= 10


def test_what_is_taken_of_it_is_told(drained):
    assert any(
        note.startswith("50 units were taken from accounts that may be emptied")
        for note in drained["report"]["notes"]
    )


def test_alone_it_pays_for_everything(tmp_path):
    service = Service()
    service.open(DRAINED, Decimal(50))

    ended, report = verify(
        service, tmp_path, "--profile", "quick", "--account-drain", DRAINED
    )

    verdicts = {clause["verdict"] for clause in report["clauses"]}
    assert verdicts <= {"kept", "in part", "not tested"}, ended.stdout
    untested = {
        clause["id"]
        for clause in report["clauses"]
        if clause["verdict"] == "not tested" and clause["level"] == "must"
    }
    assert untested <= {"debit.isolated"}


class NeverRefuses(Service):
    """Lets every account get into debt."""

    def enough(self, account, units):
        return True


def test_a_fault_at_the_end_of_the_money_is_found(tmp_path):
    service = NeverRefuses()
    service.open(DRAINED, Decimal(50))

    _, report = verify(
        service, tmp_path, "--profile", "quick", "--account-drain", DRAINED
    )

    broken = {each["id"] for each in report["clauses"] if each["verdict"] == "broken"}
    assert "debit.insufficient" in broken


@pytest.mark.parametrize(
    ("kind", "verdict"), [(Service, "kept"), (PlanNeverShown, "broken")]
)
def test_with_provisional_operations_it_is_put_on_a_plan(kind, verdict, tmp_path):
    service = kind()
    service.open(DRAINED, Decimal(50))

    _, report = verify(
        service,
        tmp_path,
        *("--account-drain", DRAINED, "--provisional", "--clause", "balance.shape"),
    )

    of_clause = {each["id"]: each["verdict"] for each in report["clauses"]}
    assert of_clause["balance.shape"] == verdict


CENTS = ("ref.exact", "ref.lost-response", "race.same-ref", "debit.exact")


def test_a_service_that_takes_no_cents_is_blamed_for_that_alone(tmp_path):
    service = UnitsCut()
    for user in NAMED:
        service.open(user, Decimal(742))

    ended, report = verify(
        service,
        tmp_path,
        *(word for user in NAMED for word in ("--account", user)),
        *(word for clause in CENTS for word in ("--clause", clause)),
    )

    of_clause = {each["id"]: each["verdict"] for each in report["clauses"]}
    assert of_clause.pop("debit.exact") == "broken"
    assert set(of_clause.values()) == {"not tested"}
    printed = " ".join(ended.stdout.split())
    assert "a debit of 0.01 took 0 units (debit.exact)" in printed


class TellsText(Service):
    """Writes balances for people: 1,742.00."""

    def money(self, amount):
        return f"{amount:,.2f}"


def test_a_service_that_tells_text_for_its_balances_is_judged(tmp_path):
    service = TellsText()
    for user in NAMED:
        service.open(user, Decimal(1742))

    ended, report = verify(
        service,
        tmp_path,
        *(word for user in NAMED for word in ("--account", user)),
        *("--clause", "balance.shape", "--clause", "check.shape"),
    )

    assert ended.returncode == 1, ended.stdout
    assert {each["verdict"] for each in report["clauses"]} == {"broken"}
