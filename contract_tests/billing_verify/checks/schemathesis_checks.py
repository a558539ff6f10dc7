"""Requests that Schemathesis generates from the contract, and its checks of the responses.

A positive case (a request that the contract allows) is changed so that it reaches the ledger: it
names an account that exists, has a ref that nobody has used, and mostly units that the account can
pay. A negative case (a request that the contract forbids) keeps its fault; only its user, where
that is a text, becomes one that exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from http.client import CONFLICT, FORBIDDEN, OK, UNPROCESSABLE_ENTITY
from typing import TYPE_CHECKING, Any

import requests
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from billing_contract import load_contract
from billing_verify.amounts import money
from billing_verify.checks.aiming import aim
from billing_verify.checks.expectations import (
    FREE,
    Expectation,
    expectation_of,
)
from billing_verify.checks.shapes import assert_json_error
from billing_verify.checks.size_limits import is_refused_for_size
from billing_verify.client.exchange import Call
from billing_verify.client.keys import right_key
from billing_verify.comparison import Comparison
from billing_verify.errors import ClauseBrokenError, ExpectationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemathesis import Case

    from billing_verify.account import TestAccount
    from billing_verify.client.billing_client import BillingClient
    from billing_verify.client.exchange import Response

_CLAUSE_OF_A_MOVE = {FORBIDDEN: "debit.insufficient", CONFLICT: "ref.duplicate"}
_CHECKS: tuple[tuple[Callable[..., Any], str], ...] = (
    (not_a_server_error, "http.no-5xx"),
    (status_code_conformance, "schema.responses"),
)
_CHECKS_OF_200: tuple[tuple[Callable[..., Any], str], ...] = (
    (content_type_conformance, "schema.responses"),
    (response_headers_conformance, "schema.responses"),
    (response_schema_conformance, "schema.responses"),
)


DEBIT_PATH = "/internal/billing/debit"
CLAUSES = ("schema.responses", "http.no-5xx", "http.json-errors")
CLAUSES_OF_A_DEBIT = (*CLAUSES, "input.no-effect")


_CONFIG = schemathesis.Config()


def seed_generation(seed: int) -> None:
    """Set the seed of the requests that Schemathesis generates; without one they are others in every run."""
    _CONFIG.update(seed=seed, max_failures=None)


def load_schema() -> schemathesis.BaseSchema:
    """Return the contract as Schemathesis reads it, without keys: other tests are about those."""
    document = {
        name: part
        for name, part in load_contract().document().items()
        if name != "security"
    }
    return schemathesis.openapi.from_dict(document, config=_CONFIG)


@dataclass(frozen=True, slots=True)
class SentCase:
    """A generated request as it was sent, its response, and the account that it was aimed at."""

    case: Case[Any]
    call: Call
    response: Response
    account: TestAccount


def send(case: Case[Any], billing: BillingClient, account: TestAccount) -> SentCase:
    """Send a generated request and return it with its response.

    First its user becomes the account, its ref a new one and its units mostly an amount that the
    account can pay, where that keeps the fault of a negative case. A body of fields gets the extra
    fields of the deployment.
    """
    aim(case, billing, account)
    arguments = case.as_transport_kwargs(base_url=billing.target.base)
    arguments.pop("timeout", None)
    prepared = requests.Request(**arguments).prepare()
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    call = Call(
        method=prepared.method or "GET",
        url=prepared.url or billing.target.base,
        key=right_key(billing.target.key),
        headers={
            name: value
            for name, value in prepared.headers.items()
            if name.lower() != "content-length"
        },
        body=body,
    )
    return SentCase(case, call, billing.send_call(call), account)


def verify(sent: SentCase, billing: BillingClient) -> None:
    """Raise ClauseBrokenError where the response, or the balance after it, breaks a clause.

    Of a request that is refused for its size only the balance is looked at.
    """
    if is_refused_for_size(sent.call, sent.response):
        if "/debit" in sent.call.url:
            _verify_untouched(sent, billing)
        return
    is_own_method = sent.call.method == sent.case.operation.method.upper()
    for check, clause_id in _CHECKS if is_own_method else _CHECKS[:1]:
        _run(check, clause_id, sent)
    if is_own_method:
        _verify_answer(sent, billing)
    if sent.response.status != OK and "/debit" in sent.call.url:
        _verify_untouched(sent, billing)
    if is_own_method and sent.response.status != OK:
        # Last, because it is a should clause: it must keep no must clause from being looked at.
        _verify_error_is_json(sent)


def _verify_answer(sent: SentCase, billing: BillingClient) -> None:
    if sent.response.status == OK:
        for check, clause_id in _CHECKS_OF_200:
            _run(check, clause_id, sent)
        if names := sent.response.repeated_names:
            raise ClauseBrokenError(
                "schema.responses",
                f"the answer has {', '.join(names)} twice: {sent.response.shown_body}",
            )
    _verify_expectation(_expectation_of_case(sent, billing), sent)


def _verify_error_is_json(sent: SentCase) -> None:
    try:
        assert_json_error(sent.response)
    except ExpectationError as error:
        raise ClauseBrokenError("http.json-errors", error.found) from None


def _verify_untouched(sent: SentCase, billing: BillingClient) -> None:
    left = billing.balance(sent.account)
    if left != money(sent.account.opening):
        raise ClauseBrokenError(
            _CLAUSE_OF_A_MOVE.get(sent.response.status, "input.no-effect"),
            Comparison(
                expected=sent.account.opening,
                actual=left,
                after_status=sent.response.status,
            ),
        )


def _expectation_of_case(sent: SentCase, billing: BillingClient) -> Expectation:
    operation_id = sent.case.operation.definition.raw["operationId"]
    declared = sent.call.headers.get("Content-Type", "").startswith("application/json")
    if (
        sent.call.body is None
        or not declared
        or operation_id not in {"checkBalance", "debitBalance"}
    ):
        return FREE
    return expectation_of(
        operation_id,
        sent.call.fields,
        known_user=sent.account.user_id,
        extra_names=billing.extra_fields,
    )


def _verify_expectation(expected: Expectation, sent: SentCase) -> None:
    status = sent.response.status
    if expected.refused_by and status != UNPROCESSABLE_ENTITY:
        raise ClauseBrokenError(
            expected.refused_by, _status_comparison(UNPROCESSABLE_ENTITY, sent)
        )
    if not expected.taken:
        return
    units = sent.call.fields["units"]
    if "debit" in sent.call.url and units > sent.account.opening:
        if status != FORBIDDEN:
            raise ClauseBrokenError(
                "debit.insufficient", _status_comparison(FORBIDDEN, sent)
            )
    elif status != OK:
        raise ClauseBrokenError(
            "schema.responses",
            f"a proper request was answered {status}: {sent.response.shown_body}",
        )


def _status_comparison(expected: int, sent: SentCase) -> Comparison:
    return Comparison(
        expected=expected,
        actual=sent.response.status,
        body=sent.response.shown_body,
    )


def _run(check: Callable[..., Any], clause_id: str, sent: SentCase) -> None:
    try:
        sent.case.validate_response(_as_response(sent), checks=[check])
    except (Failure, FailureGroup) as error:
        failures = error.exceptions if isinstance(error, FailureGroup) else [error]
        answer = f"{sent.response.status} {sent.response.shown_body}"
        messages = "; ".join(
            f"{each.title}: {each.message or answer}"
            for each in failures
            if isinstance(each, Failure)
        )
        raise ClauseBrokenError(clause_id, messages or str(error)) from None


def _as_response(sent: SentCase) -> schemathesis.Response:
    request = requests.Request(
        sent.call.method,
        sent.call.url,
        headers=dict(sent.call.headers),
        data=sent.call.body,
    )
    return schemathesis.Response(
        status_code=sent.response.status,
        headers={
            name.lower(): [value] for name, value in sent.response.headers.items()
        },
        content=sent.response.body,
        request=request.prepare(),
        elapsed=sent.response.end - sent.response.start,
        verify=True,
    )
