"""Deviations: where a service leaves the contract and a gateway notices. Each is observed and reported.

The clauses say whether it conforms; here it only matters that a mock can be told to do the same.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urljoin

from billing_verify.checks.causes import (
    require_about,
    require_payable,
    require_short_of,
    require_taken,
)
from billing_verify.client.keys import NO_KEY, WRONG_KEY
from billing_verify.needs import costs
from billing_verify.observations import observes

REFUSED = (400, 422)
OUTER = ("detail", "error")


def note_status(observed, documented, response):
    """Note the status of a refusal where it is another refusal than the documented one."""
    if response.status != documented and response.status in range(400, 500):
        observed.deviates("status", f"{documented}:{response.status}")


@observes("required-field")
@costs(0, risk=0)
def test_a_check_without_an_extra_field(billing, funded, observed):
    call = billing.call("checkBalance", billing.check_fields(funded()))
    require_taken(billing.send_call(call))

    for name in billing.extra_fields:
        less = {each: value for each, value in call.fields.items() if each != name}
        response = require_about(billing.send_call(call.with_fields(less)), name)
        if response.status in REFUSED:
            observed.deviates("required-field", name)


@observes("ref-optional")
def test_a_debit_without_a_ref(billing, funded, observed):
    fields = billing.debit_fields(funded())
    del fields["ref"]

    if billing.request("debitBalance", fields).status == 200:
        observed.deviates("ref-optional")


@observes("ref-null")
def test_a_debit_whose_ref_is_null(billing, funded, observed):
    fields = billing.debit_fields(funded())

    if billing.request("debitBalance", {**fields, "ref": None}).status == 200:
        observed.deviates("ref-null")


@observes("duplicate-200")
def test_a_used_ref_that_is_answered_as_the_first_was(billing, funded, observed):
    account, ref = funded(), billing.new_ref()
    first, later = billing.debit_ok(account, ref=ref), billing.debit_ok(account)

    again = billing.debit(account, ref=ref)

    if again.status == 200:
        balances = {
            first.json["balance"]: "first",
            later.json["balance"]: "current",
        }
        observed.deviates(
            "duplicate-200",
            balances.get(again.json["balance"], "another balance")
            if again.tx_id == first.tx_id
            else "another tx_id",
        )


@observes("error-object")
def test_the_reason_of_a_refusal_that_is_an_object(billing, anyone, observed):
    account = anyone()

    response = billing.debit(account, units=billing.more_than_balance(account, 1))
    refused = response.json if response.status in range(400, 500) else {}

    for outer in OUTER:
        if isinstance(refused.get(outer), dict):
            observed.deviates("error-object", f"{outer}.{','.join(refused[outer])}")


@observes("status")
@costs(0, risk=0)
def test_another_status_of_a_wrong_key(billing, funded, observed):
    account = funded()
    require_taken(billing.read(account))

    response = billing.read(account, key=WRONG_KEY)

    note_status(observed, 401, response)


@observes("status")
def test_another_status_of_too_little_money(billing, anyone, observed):
    account = anyone()
    units = billing.more_than_balance(account, 1)
    require_short_of(billing, account, units)

    response = billing.debit(account, units=units)

    if response.status != 404:  # of a user whom the service has never seen
        note_status(observed, 403, response)


@observes("status")
def test_another_status_of_a_used_ref(billing, funded, observed):
    account, ref = funded(), billing.new_ref()
    billing.debit_ok(account, ref=ref)

    response = billing.debit(account, ref=ref)

    require_payable(billing, account, billing.unit)
    note_status(observed, 409, response)


@observes("status")
def test_another_status_of_wrong_data(billing, observed):
    response = billing.request("checkBalance", {})

    note_status(observed, 422, response)


@observes("wrong-key-accepted")
@costs(0, risk=0)
def test_a_wrong_key_that_lets_in(billing, funded, observed):
    if billing.read(funded(), key=WRONG_KEY).status == 200:
        observed.deviates("wrong-key-accepted")


@observes("missing-key-accepted")
@costs(0, risk=0)
def test_no_key_that_lets_in(billing, funded, observed):
    if billing.read(funded(), key=NO_KEY).status == 200:
        observed.deviates("missing-key-accepted")


@observes("balance-as-text")
@costs(0, risk=0)
def test_a_balance_that_is_a_text(billing, funded, observed):
    account = funded()

    balance = billing.read(account).json["balance"]

    if isinstance(balance, str):
        cents = re.fullmatch(r"\d+\.\d\d", balance)
        number = re.fullmatch(r"\d+(\.\d+)?", balance)
        observed.deviates(
            "balance-as-text",
            "two-decimals" if cents else "shortest" if number else balance,
        )


@observes("units-as-text")
@costs(0, risk=0)
def test_units_that_are_a_text(billing, funded, observed):
    fields = {**billing.check_fields(funded()), "units": "0.01"}

    if billing.request("checkBalance", fields).status == 200:
        observed.deviates("units-as-text")


@observes("slash-dropped")
@costs(0, risk=1)
def test_a_slash_at_the_end_of_a_path(billing, funded, observed):
    call = billing.call("checkBalance", billing.check_fields(funded()))

    response = billing.send_call(replace(call, url=f"{call.url}/"))

    goal = urljoin(f"{call.url}/", response.headers.get("location", ""))
    if response.status in range(300, 400) and goal.partition("?")[0] == call.url:
        observed.deviates("slash-dropped", str(response.status))
