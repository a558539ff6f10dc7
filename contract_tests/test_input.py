"""Input (clauses input.*): a body that the contract does not allow is refused, and a refusal changes nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from billing_verify.amounts import money
from billing_verify.checks.applicability import require_applicable
from billing_verify.checks.holdings import holding
from billing_verify.clauses import clause
from billing_verify.needs import costs

NOT_NUMBERS = [{}, {"units": 1}, [], [Decimal(1)], None, "two", "", "0,01"]
NOT_TEXTS = [None, Decimal(7), True, [], ["a"], {}]
NOT_JSON = {
    "empty": b"",
    "text": b"units=2",
    "cut": b'{"user_id": "%s", "units": 0.01, "ref": "%s", "reason": "x"',
    "single quotes": b"{'user_id': '%s', 'units': 0.01, 'ref': '%s', 'reason': 'x'}",
    "followed by more": b'{"user_id": "%s", "units": 0.01, "ref": "%s", "reason": "x"} and more',
    "followed by a brace": b'{"user_id": "%s", "units": 0.01, "ref": "%s", "reason": "x"}}',
}
NOT_FINITE = {
    "NaN": b'{"user_id": "%s", "units": NaN, "ref": "%s", "reason": "x"}',
    "Infinity": b'{"user_id": "%s", "units": Infinity, "ref": "%s", "reason": "x"}',
    "minus Infinity": b'{"user_id": "%s", "units": -Infinity, "ref": "%s", "reason": "x"}',
}

pytestmark = costs(1)
not_json = pytest.mark.parametrize("kind", NOT_JSON)
not_finite = pytest.mark.parametrize("kind", NOT_FINITE)
without_each_field = pytest.mark.parametrize(
    "missing", ["user_id", "units", "ref", "reason"]
)
with_wrong_types = pytest.mark.parametrize(
    ("field", "value"),
    [("units", value) for value in NOT_NUMBERS]
    + [(field, value) for field in ("user_id", "ref", "reason") for value in NOT_TEXTS],
    ids=repr,
)
with_negative_units = pytest.mark.parametrize("units", ["-0.01", "-1", "-3.50"])


@clause("input.missing-field")
@without_each_field
def test_a_debit_without_a_required_field_is_refused(billing, funded, missing):
    account = funded()
    fields = billing.debit_fields(account)
    del fields[missing]

    response = billing.request("debitBalance", fields)

    assert response.status == 422


@clause("input.missing-field")
@pytest.mark.parametrize("missing", ["user_id", "units"])
def test_a_check_without_a_required_field_is_refused(billing, funded, missing):
    account = funded()
    fields = billing.check_fields(account)
    del fields[missing]

    response = billing.request("checkBalance", fields)

    assert response.status == 422


@clause("input.missing-field")
@pytest.mark.parametrize("operation", ["checkBalance", "debitBalance"])
def test_a_body_without_fields_is_refused(billing, operation):
    response = billing.request(operation, {})

    assert response.status == 422


@clause("input.missing-field")
def test_reading_without_a_user_is_refused(billing):
    response = billing.request("getBalance")

    assert response.status == 422


@clause("input.wrong-type")
@with_wrong_types
def test_a_debit_with_a_field_of_a_wrong_type_is_refused(billing, funded, field, value):
    account = funded()

    response = billing.request(
        "debitBalance", {**billing.debit_fields(account), field: value}
    )

    assert response.status == 422


@clause("input.wrong-type")
@pytest.mark.parametrize(
    ("field", "value"),
    [("units", value) for value in NOT_NUMBERS]
    + [("user_id", value) for value in NOT_TEXTS],
    ids=repr,
)
def test_a_check_with_a_field_of_a_wrong_type_is_refused(billing, funded, field, value):
    account = funded()

    response = billing.request(
        "checkBalance", {**billing.check_fields(account), field: value}
    )

    assert response.status == 422


@costs(0, risk=200)
@clause("input.coercion")
@pytest.mark.parametrize("operation", ["checkBalance", "debitBalance"])
@pytest.mark.parametrize("units", ["2.0", "1", "0.01", "1e0", " 1", True], ids=repr)
def test_what_only_looks_like_a_number_is_refused(billing, funded, operation, units):
    account = funded(units="2.50")

    response = billing.request(
        operation, {**billing.debit_fields(account), "units": units}
    )

    assert response.status == 422


@costs(0, risk=350)
@clause("input.negative")
@with_negative_units
def test_a_negative_debit_is_refused_and_is_no_credit(billing, funded, units):
    account = funded()

    response = billing.debit(account, units=units)

    assert response.status == 422
    assert billing.balance(account) <= account.opening


@clause("input.negative")
@with_negative_units
def test_a_check_of_negative_units_is_refused(billing, funded, units):
    account = funded()

    response = billing.check(account, units=units)

    assert response.status == 422


@clause("input.zero")
@pytest.mark.parametrize("operation", ["checkBalance", "debitBalance"])
@pytest.mark.parametrize("units", ["0", "0.00", "-0.0"])
def test_zero_units_are_refused(billing, funded, operation, units):
    account = funded()

    response = billing.request(operation, billing.debit_fields(account, units=units))

    assert response.status == 422


@clause("input.not-json")
@not_json
def test_a_debit_that_is_not_json_is_refused_and_charges_nothing(billing, funded, kind):
    account = funded()
    ref = billing.new_ref()

    response = billing.request(
        "debitBalance", billing.fill_template(NOT_JSON[kind], account, ref)
    )

    assert response.status in range(400, 500)
    assert billing.balance(account) == money(account.opening)


@clause("input.not-json")
@not_finite
def test_a_debit_of_no_finite_amount_is_refused_and_charges_nothing(
    billing, anyone, kind
):
    account = anyone()
    before = holding(billing, account)

    response = billing.request(
        "debitBalance",
        billing.fill_template(NOT_FINITE[kind], account, billing.new_ref()),
    )

    assert response.status in range(400, 500)
    assert holding(billing, account) == before


@clause("input.not-json")
@not_finite
def test_a_check_of_no_finite_amount_is_refused(billing, funded, kind):
    account = funded()

    response = billing.request(
        "checkBalance", billing.fill_template(NOT_FINITE[kind], account, "unused")
    )

    assert response.status in range(400, 500)


@clause("input.not-json")
@not_json
def test_a_check_that_is_not_json_is_refused(billing, funded, kind):
    account = funded()

    response = billing.request(
        "checkBalance", billing.fill_template(NOT_JSON[kind], account)
    )

    assert response.status in range(400, 500)


@clause("input.not-json")
def test_a_form_is_refused_and_charges_nothing(billing, funded):
    account = funded()
    form = billing.fill_template(
        b"user_id=%s&units=1&ref=%s&reason=x", account, billing.new_ref()
    )
    call = billing.call("debitBalance", form)

    response = billing.send_call(
        replace(call, headers={"Content-Type": "application/x-www-form-urlencoded"})
    )

    assert response.status in range(400, 500)
    assert billing.balance(account) == money(account.opening)


@clause("input.empty-ref")
def test_an_empty_ref_is_refused(billing, funded):
    account = funded()

    response = billing.request(
        "debitBalance", {**billing.debit_fields(account), "ref": ""}
    )

    assert response.status == 422


@clause("input.no-effect")
@without_each_field
def test_a_debit_without_a_required_field_changes_nothing(billing, funded, missing):
    account = funded()
    fields = billing.debit_fields(account)
    ref = fields["ref"]
    del fields[missing]
    billing.require_status(billing.request("debitBalance", fields), 422)

    assert billing.balance(account) == money(account.opening)
    assert billing.debit(account, ref=ref).status == 200


@clause("input.no-effect")
@with_wrong_types
def test_a_debit_with_a_field_of_a_wrong_type_changes_nothing(
    billing, funded, field, value
):
    account = funded()
    fields = billing.debit_fields(account)
    billing.require_status(
        billing.request("debitBalance", {**fields, field: value}), 422
    )

    assert billing.balance(account) == money(account.opening)
    assert billing.debit(account, ref=fields["ref"]).status == 200


@clause("input.no-effect")
@pytest.mark.parametrize(
    "change", [{"units": 0}, {"units": "1"}, {"units": True}, {"ref": ""}], ids=str
)
def test_what_should_be_refused_changes_nothing_when_it_is(billing, funded, change):
    account = funded()
    require_applicable(
        billing.request("debitBalance", {**billing.debit_fields(account), **change}),
        422,
    )

    assert billing.balance(account) == money(account.opening)


@costs(1, risk=350)
@clause("input.no-effect")
@with_negative_units
def test_a_negative_debit_uses_up_no_ref(billing, funded, units):
    account = funded()
    ref = billing.new_ref()
    billing.require_status(billing.debit(account, units=units, ref=ref), 422)

    assert billing.balance(account) == money(account.opening)
    assert billing.debit(account, ref=ref).status == 200
