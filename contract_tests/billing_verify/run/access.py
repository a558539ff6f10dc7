"""Checks before the first test: something answers that is a billing service, and it takes proper requests."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from http.client import NOT_FOUND, OK
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

from billing_contract import load_contract
from billing_verify.account import TestAccount
from billing_verify.amounts import CENT
from billing_verify.client.keys import NO_KEY
from billing_verify.errors import (
    CannotJudgeError,
    NoResponseError,
    NotTestableError,
    RateLimitedError,
    UnreadableResponseError,
)
from billing_verify.run.diagnosis import (
    REFUSALS,
    added_slashes,
    is_about_units,
    missing_operation,
    refused,
    wanted_fields,
    why_not_testable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_verify.client.billing_client import BillingClient
    from billing_verify.client.exchange import Call, Response

_OWN_STATUSES = {200, 400, 401, 403, 404, 422, 500}


def check_access(billing: BillingClient) -> float:
    """Check that the target answers, looks like a billing service and accepts the key.

    Returns how many seconds it took to answer. Raises CannotJudgeError, which names the likely cause.
    """
    url = billing.target.base
    try:
        answers = _look_at(_unknown_account(), billing)
    except NoResponseError as error:
        raise CannotJudgeError(
            f"{error}. Is the service running, and is {url} its address?"
        ) from None
    except RateLimitedError as error:
        raise CannotJudgeError(f"{url}: {error}") from None
    _refuse_unreachable(url, answers)
    responses = answers.values()
    if not any(_looks_like_billing(response) for response in responses):
        shown = " and ".join(
            f"{response.status} {response.content_type or 'without a content type'}"
            for response in responses
        )
        raise CannotJudgeError(
            f"{url} does not look like a billing service: balance and check answered {shown}"
        )
    return min(response.end - response.start for response in responses)


def check_requests(billing: BillingClient, account: TestAccount) -> Response | None:
    """Check that the target takes a reading, a check and, where money allows, a debit of a cent.

    Returns the answer to the debit, None where none was sent.
    `account` is one that the target knows and that holds a cent. Raises CannotJudgeError with the
    service's own words where it takes none, and NoResponseError.
    """
    answers = _look_at(account, billing)
    if all(response.status == NOT_FOUND for response in answers.values()):
        raise CannotJudgeError(
            f"{billing.target.base} answers 404 for the account {account.user_id}: "
            f"either it is no billing service, or it does not know this account{hint_at_address(billing)}"
        )
    reading = billing.call("getBalance", query={"user_id": account.user_id})
    _refuse_refusal(billing, reading, answers["getBalance"], account)
    check = billing.call("checkBalance", billing.check_fields(account, units=CENT))
    _refuse_refusal(billing, check, answers["checkBalance"], account)
    debit = billing.call("debitBalance", billing.debit_fields(account, units=CENT))
    with suppress(NotTestableError):  # --read-only, no budget, or a limiter
        answers["debitBalance"] = billing.send_call(debit)
        _refuse_refusal(billing, debit, answers["debitBalance"], account)
    url = billing.target.base
    _refuse_unreachable(url, answers)
    missing = missing_operation(url, answers)
    if missing:
        raise CannotJudgeError(missing)
    return answers.get("debitBalance")


def hint_at_address(billing: BillingClient) -> str:
    """Return a sentence on the URL where check or balance answers 404 even of an unknown user, empty otherwise."""
    base = billing.target.base
    try:
        answers = _look_at(_unknown_account(), billing)
        if any(response.status != NOT_FOUND for response in answers.values()):
            missing = missing_operation(base, answers)
            return f". {missing}" if missing else ""
        better = _better_address(billing)
    except (NoResponseError, RateLimitedError):
        return ""
    if better:
        return f". Its operations are elsewhere: verify {better}"
    return (
        f". Balance and check answer 404: either {base} is not the service's own address (does a path prefix such "
        "as /api lack, or is there one too many?), or it knows no such user"
    )


def _better_address(billing: BillingClient) -> str | None:
    """Return an address of the same host where the operations are, None where none is found.

    It is the one without the path of the URL, or the one that the service's own OpenAPI document shows.
    """
    base = billing.target.base
    parts = urlsplit(base)
    operation = load_contract().operations["checkBalance"]
    reading = billing.call("getBalance", query={"user_id": _unknown_account().user_id})
    host = f"{parts.scheme}://{parts.netloc}"
    if parts.path:
        elsewhere = replace(reading, url=reading.url.replace(base, host, 1))
        answer = billing.send_call(elsewhere)
        if answer.status != NOT_FOUND and _looks_like_billing(answer):
            return host
    described = replace(reading, url=f"{host}/openapi.json", key=NO_KEY)
    with suppress(NotTestableError, UnreadableResponseError, AttributeError, TypeError):
        for path in billing.send_call(described).json.get("paths", ()):
            if path.endswith(operation.path) and path != operation.path:
                return f"{host}{path.removesuffix(operation.path)}"
    return None


def _unknown_account() -> TestAccount:
    return TestAccount(str(uuid4()), Decimal(0))


def _look_at(account: TestAccount, billing: BillingClient) -> dict[str, Response]:
    return {
        "getBalance": billing.read(account),
        "checkBalance": billing.check(account, units=CENT),
    }


def _refuse_unreachable(url: str, answers: Mapping[str, Response]) -> None:
    reason = why_not_testable(url, answers)
    if reason:
        statuses = added_slashes(url, answers)
        raise CannotJudgeError(
            reason, deviations=[f"slash-added={each}" for each in statuses]
        )


def _refuse_refusal(
    billing: BillingClient, call: Call, response: Response, account: TestAccount
) -> None:
    """Raise CannotJudgeError where a proper request was refused as wrong.

    A service that only takes whole units is one that the tests can judge.
    """
    if response.status not in REFUSALS:
        return
    if is_about_units(response) and billing.check(account, units=1).status == OK:
        return
    wanted = wanted_fields(response, billing.extra_fields) if call.body else []
    raise CannotJudgeError(
        refused(billing.target.base, call, response, billing.extra_fields),
        deviations=[f"required-field={each}" for each in wanted],
    )


def _looks_like_billing(response: Response) -> bool:
    try:
        return response.status in _OWN_STATUSES and isinstance(response.json, dict)
    except UnreadableResponseError:
        return False
