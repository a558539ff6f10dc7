"""A billing service as a typical team would write it: FastAPI, pydantic, SQLite.

It shares no line with the rest of the zoo. Money is whole cents in the
database; debits take their turn by BEGIN IMMEDIATE, across processes too, and a
unique index keeps refs apart.
"""

import os
from decimal import Decimal
from typing import Annotated

from fastapi import FastAPI, Query, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, Field

from tests.zoo.independent.key import KeyMiddleware
from tests.zoo.independent.store import RefusedError, Store

UNITS_MAX = 10**9


def in_cents(units):
    cents = Decimal(str(units)) * 100
    if cents != int(cents):
        raise ValueError("must have at most two decimals")
    return int(cents)


Units = Annotated[
    float,
    Field(gt=0, le=UNITS_MAX, strict=True, allow_inf_nan=False),
    AfterValidator(in_cents),
]
Text = Annotated[str, Field(strict=True, min_length=1, max_length=255)]


class CheckRequest(BaseModel):
    user_id: Text
    units: Units


class DebitRequest(CheckRequest):
    ref: Text
    reason: Text


class CreditRequest(DebitRequest):
    source_service: str | None = None


class ApplyPlanRequest(BaseModel):
    user_id: Text
    plan_id: Text
    ref: Text | None = None
    auto_renew: bool = False


class Plan(BaseModel):
    plan_code: str
    expires_at: str | None
    status: str


class OpenAccountRequest(BaseModel):
    user_id: str
    balance: Decimal
    plan: Plan | None = None


app = FastAPI(title="Billing", docs_url=None, redoc_url=None)
app.add_middleware(KeyMiddleware, key=os.environ["BILLING_KEY"])
store = Store(os.environ["BILLING_DATABASE"])


@app.post("/internal/billing/check")
def check(asked: CheckRequest):
    cents = store.balance(asked.user_id)
    return {"allowed": cents >= asked.units, "balance": cents / 100}


@app.post("/internal/billing/debit")
def debit(asked: DebitRequest):
    left, tx_id = store.debit(
        asked.user_id, asked.units, ref=asked.ref, reason=asked.reason
    )
    return {"balance": left / 100, "tx_id": tx_id}


@app.get("/internal/billing/balance")
def balance(user_id: Annotated[str, Query(min_length=1)]):
    cents, plan = store.statement(user_id)
    return {"balance": cents / 100, "plan": plan}


@app.post("/internal/billing/credit")
def credit(asked: CreditRequest):
    left, tx_id = store.credit(
        asked.user_id, asked.units, ref=asked.ref, reason=asked.reason
    )
    return {"balance": left / 100, "tx_id": tx_id}


@app.post("/internal/billing/plan/apply")
def apply_plan(asked: ApplyPlanRequest):
    left = store.apply_plan(asked.user_id, asked.plan_id, asked.ref)
    return {"plan_id": asked.plan_id, "new_balance": left / 100}


@app.post("/_zoo/accounts", status_code=204)
def open_account(wanted: OpenAccountRequest):
    plan = wanted.plan and wanted.plan.model_dump()
    store.open(wanted.user_id, int(wanted.balance * 100), plan)
    return Response(status_code=204)


@app.exception_handler(RefusedError)
def refuse(_request, refused):
    detail = {"code": refused.code, "message": refused.message}
    return JSONResponse({"detail": detail}, refused.status)


@app.exception_handler(RequestValidationError)
def explain(_request, invalid):
    """Return 422 with the problems, without their input, which may not fit into JSON."""
    shown = ("loc", "msg", "type")
    problems = [{name: error[name] for name in shown} for error in invalid.errors()]
    return JSONResponse({"detail": problems}, 422)
