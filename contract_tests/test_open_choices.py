"""Open choices: what the document leaves to the service is observed and reported, and breaks no clause."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

from billing_verify.account import TestAccount
from billing_verify.amounts import CENT
from billing_verify.checks.causes import (
    first_refused,
    require_about,
    require_payable,
    require_taken,
)
from billing_verify.checks.forms import (
    form_of_ended_plan,
    form_of_errors,
    form_of_no_plan,
    in_words,
)
from billing_verify.client.keys import NO_KEY, WRONG_KEY
from billing_verify.errors import PremiseError, UnreadableResponseError
from billing_verify.needs import costs
from billing_verify.observations import observes


def has_money(read, units):
    """Return whether a reading shows so many units; False where it shows no number."""
    with suppress(UnreadableResponseError):
        return read.status == 200 and read.balance >= units
    return False


@observes("unknown-user")
def test_a_user_whom_nobody_has_seen(billing, observed):
    stranger = TestAccount(str(uuid4()), Decimal(0))

    read, check, debit = (
        billing.read(stranger),
        billing.check(stranger, units=CENT),
        billing.debit(stranger),
    )

    if debit.status != 200 and has_money(read, billing.unit):
        raise PremiseError(
            "the stranger has money, so that the debit was refused for another reason"
        )
    # A service that answers 402 to too little money deviates, and takes the option all the same.
    refused = 403 if debit.status == 402 else debit.status
    observed.among(
        (read.status, check.status, refused),
        {
            (200, 200, 403): "empty",
            (404, 404, 404): "not-found",
            (404, 404, 403): "forbidden",
            (200, 200, 200): "funded",
        },
        words=f"balance answers {read.status}, check {check.status}, debit {debit.status}",
    )


@observes("user-id-format")
def test_a_user_id_that_is_no_uuid(billing, observed):
    of_a_uuid = billing.check(TestAccount(str(uuid4()), Decimal(0)), units=CENT)
    response = billing.check(
        TestAccount("contract-tests-no-uuid", Decimal(0)), units=CENT
    )
    if of_a_uuid.status != response.status:
        require_about(response, "user_id")
    elif response.status not in {200, 404}:
        require_taken(of_a_uuid)

    observed.among(
        response.status,
        {422: "uuid", 200: "any-string", 404: "any-string"},
        words=f"a user id that is no UUID is answered {response.status}",
    )


@observes("ref-scope")
def test_one_ref_of_two_users(billing, pair, observed):
    one, other = pair(5, 6)
    ref = billing.new_ref()

    billing.debit_ok(one, ref=ref)
    response = billing.debit(other, ref=ref)

    if response.status not in {200, 409}:
        require_payable(billing, other, billing.unit)
        require_taken(billing.debit(other))
    observed.among(
        response.status,
        {200: "per-user", 409: "global"},
        words=f"the second user's debit is answered {response.status}",
    )


@observes("no-plan")
def test_a_user_without_a_plan(billing, opened, observed):
    account = opened(balance=5)

    read = billing.require_status(billing.read(account), 200)

    observed.form(form_of_no_plan(read.json), read.shown_body)


ENDED = {
    "plan_code": "base750",
    "expires_at": "2001-02-03T04:05:06Z",
    "status": "active",
}


@observes("expired-plan")
def test_a_plan_whose_end_has_passed(billing, planned, observed):
    account = planned(ENDED)
    if account.plan_code is None:
        raise PremiseError("nobody but the service knows when the plan ends")

    read = billing.require_status(billing.read(account), 200)

    observed.form(form_of_ended_plan(read.json, ENDED), read.shown_body)


@observes("error-body")
def test_the_body_of_an_error(billing, funded, observed):
    account = funded()
    invalid, refused = (
        billing.require_status(billing.request("checkBalance", {}), 422),
        billing.valid_request("checkBalance", account, key=WRONG_KEY),
    )
    if refused.status == 200:
        refused = billing.debit(account, units=billing.more_than_balance(account, 1))
    if refused.status not in range(400, 500):
        raise PremiseError(
            f"neither a wrong key nor too little money is refused: {refused.status}"
        )

    observed.form(
        form_of_errors(refused, invalid), f"{in_words(refused)}; {in_words(invalid)}"
    )


@observes("unknown-fields")
def test_a_field_beyond_the_contract(billing, funded, observed):
    fields = billing.check_fields(funded())
    require_taken(billing.request("checkBalance", fields))

    response = billing.request("checkBalance", {**fields, "contract_tests_field": "x"})

    observed.among(
        response.status,
        {200: "ignored", 422: "refused"},
        words=f"a field beyond the contract is answered {response.status}",
    )


@observes("malformed-json")
def test_a_body_that_is_cut(billing, observed):
    response = billing.request("checkBalance", b"{")

    observed.among(
        response.status,
        {422: "422", 400: "400"},
        words=f"a body that is cut is answered {response.status}",
    )


@observes("content-type")
def test_json_that_is_not_declared(billing, funded, observed):
    call = billing.call("checkBalance", billing.check_fields(funded()))
    require_taken(billing.send_call(call))

    response = billing.send_call(replace(call, headers={"Content-Type": "text/plain"}))

    observed.among(
        response.status,
        {200: "accepted", 415: "415", 422: "422"},
        words=f"JSON as text/plain is answered {response.status}",
    )


@observes("units-precision")
def test_units_of_three_decimals(billing, opened, observed):
    account = opened(balance=5)
    before = require_taken(billing.debit(account, units="0.01"))

    debit = require_about(billing.debit(account, units="0.015"), "units")

    taken = before.balance - debit.balance if debit.status == 200 else debit.status
    observed.among(
        taken,
        {Decimal("0.015"): "kept", Decimal("0.02"): "rounded", 422: "refused"},
        words=f"a debit of 0.015 is answered {debit.status} and takes {taken} units"
        if debit.status == 200
        else f"a debit of 0.015 is answered {debit.status}",
    )


@observes("units-maximum")
def test_the_largest_amount(billing, funded, observed):
    account = funded()

    refused = first_refused(
        lambda units: billing.check(account, units=units),
        ("1", "10000", "10000.01", "1000000.01", "1000000000.01", "1" + "0" * 15),
        "units",
    )

    observed.among(
        refused,
        {
            None: "none",
            "10000.01": "10000",
            "1000000.01": "1000000",
            "1000000000.01": "1000000000",
        },
        words=f"a check of {refused} units is refused, and one of the next smaller amount tried is not",
    )


@observes("ref-max-length")
@costs(5, risk=5)
def test_the_longest_ref(billing, funded, observed):
    account = funded()
    stem = billing.new_ref()

    refused = first_refused(
        lambda length: billing.debit(account, ref=stem.ljust(length, "x")),
        (64, 65, 129, 256, 900),
        "ref",
    )

    observed.among(
        refused,
        {None: "none", 65: "64", 129: "128", 256: "255"},
        words=f"a ref of {refused} characters is refused",
    )


@observes("whole-numbers")
def test_a_whole_balance(billing, opened, observed):
    account = opened(balance="5")

    text = require_taken(billing.read(account)).shown_body

    found = re.search(r'"balance"\s*:\s*"?([^",}\s]+)', text)
    observed.among(
        found and found[1],
        {"5.0": "decimal-point", "5": "integer"},
        words=f"5 units are written {found[1] if found else f'in no field balance: {text}'}",
    )


@observes("missing-key")
def test_a_request_without_a_key(billing, funded, observed):
    account = funded()
    require_taken(billing.read(account))

    response = billing.read(account, key=NO_KEY)

    observed.among(
        response.status,
        {401: "401", 422: "422"},
        words=f"a request without a key is answered {response.status}",
    )


@observes("tx-id")
def test_the_look_of_a_transaction_id(billing, funded, observed):
    tx_id = billing.debit_ok(funded()).tx_id

    try:
        observed.among(
            str(UUID(tx_id)) == tx_id.lower(), {True: "uuid", False: "opaque"}
        )
    except ValueError:
        observed.among(tx_id, {tx_id: "opaque"})
