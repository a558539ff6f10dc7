"""The billing API without any transport: an operation and a request in, an answer out."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from billing_contract import render_json
from billing_mock.api.answer import (
    Answer,
    ErrorBodies,
    money_with_point,
    money_writer,
    ok,
)
from billing_mock.api.body_reader import BodyReader, read_user_id
from billing_mock.api.field_rules import FieldRules
from billing_mock.api.key_rule import KeyRule
from billing_mock.api.lenient_fields import lenient_fields
from billing_mock.api.plan_field import PlanField
from billing_mock.api.refusals import (
    DUPLICATE_REF,
    FAILED,
    INSUFFICIENT_FUNDS,
    INVALID_REQUEST,
    PLAN_NOT_FOUND,
    UNKNOWN_USER,
    RefusedError,
)
from billing_mock.api.statuses import Statuses
from billing_mock.ledger.account import Plan
from billing_mock.ledger.ledger import (
    BalanceLimitError,
    DuplicateRefError,
    InsufficientFundsError,
    Ledger,
    UnknownAccountError,
)
from billing_mock.ledger.transaction import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from billing_contract import Contract
    from billing_mock.api.plan_offer import PlanOffer
    from billing_mock.api.request import Request
    from billing_mock.clock import Clock

log = logging.getLogger("billing_mock")


class BillingApi:
    """The operations of the contract over one ledger.

    `plans` are what applyPlan can apply, by plan id; `choices` the options of the open choices, by id;
    `deviations` the values of the deviations from the contract, by name; `clock` tells when plans
    begin and end, and when entries are made.
    """

    def __init__(  # noqa: PLR0913  the parts that an API is made of
        self,
        contract: Contract,
        ledger: Ledger,
        *,
        key: str,
        plans: Mapping[str, PlanOffer],
        choices: Mapping[str, str],
        deviations: Mapping[str, tuple[str, ...]],
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._key_rule = KeyRule(key, deviations)
        self._plans = plans
        self._field_rules = FieldRules(choices)
        self._money = money_writer(choices, deviations)
        self._duplicate_balance = next(iter(deviations.get("duplicate-200", ())), None)
        self._plan_field = PlanField(choices, clock)
        self._debit_of_unknown = (
            INSUFFICIENT_FUNDS
            if choices["unknown-user"] == "forbidden"
            else UNKNOWN_USER
        )
        self._errors = ErrorBodies(
            choices["error-body"], next(iter(deviations.get("error-object", ())), None)
        )
        self._statuses = Statuses(choices, deviations)
        self._readers = {
            operation.id: BodyReader(
                contract,
                operation,
                any_content_type=choices["content-type"] == "accepted",
                refuse_unknown=choices["unknown-fields"] == "refused",
                lenient=lenient_fields(operation.id, deviations),
            )
            for operation in contract.operations.values()
            if operation.request_schema
        }
        self._handlers: dict[str, Callable[[Request], Answer]] = {
            "checkBalance": self._check,
            "debitBalance": self._debit,
            "getBalance": self._balance,
            "creditBalance": self._credit,
            "applyPlan": self._apply_plan,
        }

    def answer(self, operation_id: str, request: Request) -> Answer:
        """Carry out one operation and return its answer, refusals included. Raises nothing."""
        try:
            self._key_rule.require(request.key)
            return self._handlers[operation_id](request)
        except RefusedError as refused:
            return self.refuse(refused)
        except Exception:
            log.exception("%s failed", operation_id)
            return self.refuse(
                RefusedError(FAILED, "the mock failed; its log says where")
            )

    def refuse(self, refused: RefusedError) -> Answer:
        """Return a refusal as an answer, in the form that the open choices take."""
        return self._errors.answer(refused, self._statuses.of(refused.refusal))

    def _check(self, request: Request) -> Answer:
        fields = self._readers["checkBalance"].read(request)
        user_id = self._field_rules.user_id(fields["user_id"])
        units = self._field_rules.units(fields)
        balance, _ = self._account(user_id)
        return ok(
            f'{{"allowed": {"true" if balance >= units else "false"}, "balance": {self._money(balance)}}}'
        )

    def _debit(self, request: Request) -> Answer:
        entry = self._entry(self._readers["debitBalance"].read(request))
        try:
            booked = self._ledger.debit(entry)
        except DuplicateRefError as error:
            return self._duplicate(entry, error)
        except InsufficientFundsError as error:
            detail = f"too little money: the balance is {money_with_point(error.balance)}, the debit {entry.units}"
            raise RefusedError(INSUFFICIENT_FUNDS, detail) from error
        except UnknownAccountError as error:
            raise RefusedError(
                self._debit_of_unknown, f"no account of user {entry.user_id!r}"
            ) from error
        return ok(
            f'{{"balance": {self._money(booked.balance)}, "tx_id": "{booked.tx_id}"}}'
        )

    def _balance(self, request: Request) -> Answer:
        user_id = self._field_rules.user_id(read_user_id(request), source="query")
        balance, plan = self._account(user_id)
        return ok(
            f'{{"balance": {self._money(balance)}{self._plan_field.written(plan)}}}'
        )

    def _credit(self, request: Request) -> Answer:
        entry = self._entry(self._readers["creditBalance"].read(request))
        balance, tx_id = self._book_credit(entry)
        return ok(f'{{"balance": {self._money(balance)}, "tx_id": "{tx_id}"}}')

    def _apply_plan(self, request: Request) -> Answer:
        fields = self._readers["applyPlan"].read(request)
        plan_id = fields["plan_id"]
        offer = self._plans.get(plan_id)
        if offer is None:
            raise RefusedError(
                PLAN_NOT_FOUND,
                f"no plan {plan_id!r}; there are: {', '.join(self._plans)}",
            )
        expires = self._clock.now() + timedelta(days=offer.days)
        plan = Plan(
            plan_code=plan_id,
            expires_at=expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
            status="active",
        )
        entry = self._entry(
            {"ref": None, "reason": "apply_plan", **fields, "units": offer.units}
        )
        balance, _ = self._book_credit(entry, plan)
        return ok(
            f'{{"plan_id": {render_json(plan_id).decode()}, "new_balance": {self._money(balance)}}}'
        )

    def _account(self, user_id: str) -> tuple[Decimal, Plan | None]:
        try:
            return self._ledger.account(user_id)
        except UnknownAccountError as error:
            raise RefusedError(
                UNKNOWN_USER, f"no account of user {user_id!r}"
            ) from error

    def _entry(self, fields: Mapping[str, Any]) -> Entry:
        ref = fields["ref"]
        return Entry(
            user_id=self._field_rules.user_id(fields["user_id"]),
            units=self._field_rules.units(fields),
            ref=self._field_rules.ref(ref) if ref is not None else None,
            reason=fields["reason"],
            at=self._clock.seconds(),
        )

    def _duplicate(self, entry: Entry, error: DuplicateRefError) -> Answer:
        """Return the answer to a used ref, where a deviation has one. Raises RefusedError otherwise (document, Коды ошибок: 409)."""
        earlier = error.earlier
        if self._duplicate_balance is None or earlier is None:
            raise _duplicate(entry) from error
        balance = (
            earlier.balance
            if self._duplicate_balance == "first"
            else self._ledger.balance(entry.user_id)
        )
        return ok(f'{{"balance": {self._money(balance)}, "tx_id": "{earlier.tx_id}"}}')

    def _book_credit(
        self, entry: Entry, plan: Plan | None = None
    ) -> tuple[Decimal, str]:
        try:
            booked = self._ledger.credit(entry, plan=plan)
        except DuplicateRefError as error:
            raise _duplicate(entry) from error
        except UnknownAccountError as error:
            raise RefusedError(
                UNKNOWN_USER, f"no account of user {entry.user_id!r}"
            ) from error
        except BalanceLimitError as error:
            raise RefusedError(
                INVALID_REQUEST,
                "units: the balance would reach 1e30, more than this mock keeps",
            ) from error
        return booked.balance, booked.tx_id


def _duplicate(entry: Entry) -> RefusedError:
    return RefusedError(
        DUPLICATE_REF,
        f"the ref {entry.ref!r} was used by an earlier transaction; this one changed nothing",
    )
