"""A whole run takes no more than its budget, whatever the service does with what it is sent."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest

from tests.processes import run
from tests.zoo import Service, serving
from tests.zoo.refusals import RefusalError

USERS = ("6a1f8f0a-0d1f-4f5e-9c0f-6d6f3f6f0001", "6a1f8f0a-0d1f-4f5e-9c0f-6d6f3f6f0002")
BUDGET = Decimal(2)


class Greedy(Service):
    """Charges for whatever names a user and an amount, however it is written, and then refuses it."""

    def __init__(self, status):
        super().__init__()
        self.status = status

    def debit(self, request):
        text = request.body.decode(errors="replace")
        found = re.search(r"units\W+(\d+(?:[.,]\d+)?)", text)
        for user in USERS:
            if found and user in text:
                with self.lock:
                    units = Decimal(found[1].replace(",", "."))
                    self.accounts[user].balance -= units
                    if self.status == 200:
                        return {
                            "balance": self.money(self.accounts[user].balance),
                            "tx_id": "t",
                        }
        raise RefusalError(self.status, "refused", "Refused")


class Charging(Service):
    """Debits for a check, since somebody took the check for a reservation."""

    def check(self, request):
        answer = super().check(request)
        body = self.parse(request)
        self.take(self.account(self.user_id(body)), self.units(body))
        return answer


def verify(service, tmp_path, *arguments):
    """Verify a service where both users hold 1,000 units; return what they lost and the report."""
    for user in USERS:
        service.open(user, Decimal(1000))
    accounts = [word for user in USERS for word in ("--account", user)]
    with serving(service) as url:
        ended = run(
            "billing_verify",
            url,
            *("--profile", "quick", "--budget", str(BUDGET), "--json", "report.json"),
            *accounts,
            *arguments,
            key=Service.key,
            cwd=tmp_path,
        )
    assert "Traceback" not in ended.stdout + ended.stderr, ended.stdout
    lost = sum(Decimal(1000) - service.accounts[user].balance for user in USERS)
    return lost, json.loads((tmp_path / "report.json").read_text())


THAT_SEND_ALL_KINDS = [
    word
    for clause in (
        *("debit.exact", "input.not-json", "input.wrong-type", "auth.no-effect"),
        *("ref.duplicate", "ref.lost-response", "race.same-ref", "schema.responses"),
    )
    for word in ("--clause", clause)
]


@pytest.mark.parametrize("status", [200, 401, 403, 408, 409, 422, 429, 500])
def test_a_service_that_charges_for_everything_gets_no_more_than_the_budget(
    tmp_path, status
):
    lost, report = verify(Greedy(status), tmp_path, *THAT_SEND_ALL_KINDS)

    assert 0 < lost <= BUDGET
    assert Decimal(report["spent"]) == lost


def test_a_check_that_charges_is_found_before_a_large_one_is_sent(tmp_path):
    lost, report = verify(Charging(), tmp_path, "--budget", "10")

    assert 0 < lost <= 10
    assert Decimal(report["spent"]) == lost
    broken = {each["id"] for each in report["clauses"] if each["verdict"] == "broken"}
    assert "check.spends-nothing" in broken


def test_the_units_that_are_told_are_those_that_the_balances_show(tmp_path):
    lost, report = verify(Service(), tmp_path)

    assert 0 < lost <= BUDGET
    assert Decimal(report["spent"]) == lost
    assert re.fullmatch(r"\d+(\.\d\d)?", report["spent"])
