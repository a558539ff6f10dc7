"""Authentication (clauses auth.*): every operation demands the right X-Internal-Key.

A wrong key is refused with 401 before anything else of the request is looked at, and changes nothing.
"""

from __future__ import annotations

import pytest

from billing_verify.amounts import money
from billing_verify.clauses import clause
from billing_verify.client.keys import (
    NEAR_MISSES,
    NO_KEY,
    TWO_HEADERS,
    WRONG_KEY,
    near_miss,
)
from billing_verify.needs import costs

pytestmark = costs(1)
every_operation = pytest.mark.parametrize(
    "operation", ["checkBalance", "debitBalance", "getBalance"]
)
every_near_miss = pytest.mark.parametrize("name", NEAR_MISSES)


@clause("auth.wrong-key")
@every_operation
def test_a_wrong_key_is_refused(billing, funded, operation):
    account = funded()

    response = billing.valid_request(operation, account, key=WRONG_KEY)

    assert response.status == 401


@clause("auth.near-miss")
@every_near_miss
@every_operation
def test_a_key_that_is_nearly_right_is_refused(billing, funded, operation, name):
    account = funded()

    response = billing.valid_request(
        operation, account, key=near_miss(billing.target.key, name)
    )

    assert response.status == 401


@clause("auth.near-miss")
@pytest.mark.parametrize("name", TWO_HEADERS)
@every_operation
def test_two_wrong_keys_are_no_better_than_one(billing, funded, operation, name):
    account = funded()

    response = billing.valid_request(
        operation, account, key=near_miss(billing.target.key, name)
    )

    # A header that may stand once is twice there, which many servers answer before the key is read.
    assert response.status in {400, 401, 422}


@clause("auth.missing-key")
@every_operation
def test_no_key_is_refused(billing, funded, operation):
    account = funded()

    response = billing.valid_request(operation, account, key=NO_KEY)

    assert response.status in {401, 422}


@clause("auth.before-validation")
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"units": -1}'], ids=repr)
@pytest.mark.parametrize("operation", ["checkBalance", "debitBalance"])
def test_a_wrong_key_is_refused_before_the_body_is_judged(billing, operation, body):
    response = billing.request(operation, billing.fill_template(body), key=WRONG_KEY)

    assert response.status == 401


@clause("auth.before-validation")
def test_a_wrong_key_is_refused_before_a_missing_parameter(billing):
    response = billing.request("getBalance", key=WRONG_KEY)

    assert response.status == 401


@clause("auth.wrong-key")
def test_a_wrong_key_is_refused_before_a_used_ref(billing, funded):
    account = funded()
    ref = billing.new_ref()
    billing.debit_ok(account, ref=ref)

    response = billing.debit(account, ref=ref, key=WRONG_KEY)

    assert response.status == 401


@clause("auth.wrong-key")
def test_a_wrong_key_is_refused_before_the_money_is_counted(billing, anyone):
    account = anyone()

    response = billing.debit(
        account, units=billing.more_than_balance(account, 1), key=WRONG_KEY
    )

    assert response.status == 401


@clause("auth.no-effect")
def test_a_debit_with_a_wrong_key_changes_nothing(billing, funded):
    account = funded()
    ref = billing.new_ref()

    billing.debit(account, ref=ref, key=WRONG_KEY)

    assert billing.balance(account) == money(account.opening)
    assert billing.debit(account, ref=ref).status == 200


@clause("auth.no-effect")
@every_near_miss
def test_a_debit_with_a_key_that_is_nearly_right_changes_nothing(billing, funded, name):
    account = funded()

    billing.debit(account, key=near_miss(billing.target.key, name))

    assert billing.balance(account) == money(account.opening)
