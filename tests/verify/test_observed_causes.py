"""Nothing is observed from a refusal that has another cause than what is looked at."""

from __future__ import annotations

import json

import pytest

from tests.once import once
from tests.processes import run
from tests.zoo import Service, serving
from tests.zoo.refusals import RefusalError, insufficient, invalid

LONGEST = 64


class WantsWholeUnits(Service):
    """Units with cents are wrong data."""

    def units(self, body):
        units = super().units(body)
        if units != int(units):
            raise invalid("units", "has to be whole")
        return units


class RefusesChecksItCannotPay(Service):
    """A check of more than the balance is refused as a debit is."""

    def verdict(self, account, units):
        if units > account.balance:
            raise RefusalError(402, "insufficient_funds", "Not enough units")
        return super().verdict(account, units)


class LooksAtTheMoneyFirst(Service):
    """Refs have at most 64 characters, which is found out when the debit is stored."""

    def charge(self, account, order):
        if not self.enough(account, order.units):
            raise insufficient()
        if len(order.ref) > LONGEST:
            raise invalid("ref", f"has at most {LONGEST} characters")
        return super().charge(account, order)


class RefusesForTheTenant(Service):
    """Who is nobody's customer is wrong data, so that a user id without UUID is refused as any other is."""

    def check(self, request):
        user_id = self.user_id(self.parse(request))
        if user_id not in self.accounts:
            raise invalid("tenant", "has no such user")
        return super().check(request)


def observed_of(service, folder):
    file = folder / "observed.json"
    with serving(service()) as url:
        ended = run(
            "billing_verify",
            url,
            *("--account-url", f"{url}/_zoo/accounts", "--profile", "quick"),
            *("--clause", "input.zero", "--observed", file),
            cwd=folder,
        )
    seen = json.loads(file.read_text())
    assert "Traceback" not in ended.stdout
    return seen["observed"] | seen["otherwise"], seen["deviations"]


@pytest.mark.parametrize(
    ("service", "choice", "option"),
    [
        (WantsWholeUnits, "user-id-format", None),
        (WantsWholeUnits, "units-precision", None),
        (RefusesChecksItCannotPay, "units-maximum", None),
        (LooksAtTheMoneyFirst, "ref-max-length", "64"),
        (RefusesForTheTenant, "user-id-format", None),
        (Service, "user-id-format", "any-string"),
        (Service, "units-maximum", "none"),
        (Service, "ref-max-length", "none"),
    ],
)
def test_a_choice_is_observed_only_where_it_is_the_cause(
    tmp_path_factory, service, choice, option
):
    seen, _ = once(
        tmp_path_factory,
        f"observed-{service.__name__}",
        lambda folder: observed_of(service, folder),
    )

    assert seen.get(choice) == option


def test_too_little_money_is_no_other_status_of_units_that_are_not_whole(
    tmp_path_factory,
):
    _, deviations = once(
        tmp_path_factory,
        "observed-WantsWholeUnits",
        lambda folder: observed_of(WantsWholeUnits, folder),
    )

    assert deviations == []
