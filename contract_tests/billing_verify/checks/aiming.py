"""Changes a generated request so that it reaches the ledger and takes little.

It names an account that exists. A request that the contract allows gets a ref that nobody has used,
and mostly units that the account can pay.
"""

from __future__ import annotations

import copy
import json
import zlib
from typing import TYPE_CHECKING, Any

from billing_contract import render_json
from billing_verify.amounts import CENT
from billing_verify.checks.expectations import LONGEST_TEXT

if TYPE_CHECKING:
    from schemathesis import Case

    from billing_verify.account import TestAccount
    from billing_verify.client.billing_client import BillingClient

FRUGAL_CENTS = 3
"""The most that a generated debit of an account of the operator asks for, in cents."""


def aim(case: Case[Any], billing: BillingClient, account: TestAccount) -> None:
    """Change a generated request so that it reaches the ledger, where that keeps the fault of a negative one."""
    positive = case.meta is None or case.meta.generation.mode.value == "positive"
    if positive and isinstance(case.query, dict) and "user_id" in case.query:
        case.query = {**case.query, "user_id": account.user_id}
    if not isinstance(case.body, dict):
        return
    # A copy, as Schemathesis sends the body of an example of the contract more than once.
    body: dict[str, Any] = copy.deepcopy(case.body)
    case.body = body
    # As it was generated: what is put in below is another in every run.
    is_reduced = _is_reduced(body)
    # Schemathesis writes the body, and knows no Decimal.
    body.update(json.loads(render_json(billing.extra_fields)))
    if isinstance(body.get("user_id"), str) and body["user_id"]:
        body["user_id"] = account.user_id
    if billing.unit == CENT:
        _make_frugal(body)
    if not positive:
        return
    if "ref" in body:
        body["ref"] = f"{billing.new_ref()} {body['ref']}"[:LONGEST_TEXT]
    if "units" in body and billing.unit != CENT and is_reduced:
        body["units"] = round(abs(body["units"]) % 1, 2) or float(CENT)


def _make_frugal(body: dict[str, Any]) -> None:
    """Replace a number of units by one of FRUGAL_CENTS cents at the most, with its sign; 0 stays."""
    units = body.get("units")
    if isinstance(units, int | float) and not isinstance(units, bool) and units:
        cents = 1 + int(abs(units) % 1 * 100) % FRUGAL_CENTS
        body["units"] = (-cents if units < 0 else cents) / 100


def _is_reduced(body: dict[str, Any]) -> bool:
    """Return whether to make the units payable: for three bodies of four, and always the same ones."""
    return zlib.crc32(repr(sorted(body.items(), key=str)).encode()) % 4 != 0
