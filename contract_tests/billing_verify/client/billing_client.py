"""The requests of a contract test, by the operations of the contract."""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from http.client import OK
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import uuid4

from billing_contract import load_contract
from billing_verify.amounts import CENT, HALF_A_CENT, SMALLEST_MAXIMUM, Amount
from billing_verify.client.exchange import Call
from billing_verify.client.extra_fields import add_to_bytes, add_to_fields
from billing_verify.client.keys import KeyVariant, right_key
from billing_verify.errors import (
    NotTestableError,
    PremiseError,
    UnreadableResponseError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_verify.account import TestAccount
    from billing_verify.client.exchange import Response
    from billing_verify.client.transport import Transport


class BillingClient:
    """The requests of one test. Every ref is new unless the test names one.

    `unit` is what a debit takes where its amount does not matter: a whole unit from accounts that
    the suite opened, so that a service that only rounds wrongly breaks no other clause, and a cent
    from accounts of the operator. `extra_fields` go into every body of fields and every template.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        unit: Decimal = CENT,
        extra_fields: Mapping[str, Any] | None = None,
    ) -> None:
        self.transport = transport
        self.target = transport.target
        self.unit = unit
        self.extra_fields = dict(extra_fields or {})
        self._refs = (
            f"ct-{uuid4().hex[:12]}-{number}" for number in itertools.count(1)
        )
        self._known: dict[str, Decimal] = {}
        self._probed: dict[str, Decimal] = {}

    def use_account(self, account: TestAccount) -> TestAccount:
        """Record an account of this test, and return it. Its opening is what it holds now."""
        self.transport.trace.use(account)
        self._known[account.user_id] = account.opening
        self._probed.pop(account.user_id, None)
        return account

    def new_ref(self) -> str:
        """Return a ref that nobody has used."""
        return next(self._refs)

    @staticmethod
    def more_than_balance(account: TestAccount, excess: Amount) -> Decimal:
        """Return units that the account cannot pay: its opening and the excess.

        A service may have a largest amount, and would refuse a very large one for that. Raises
        NotTestableError where the account holds so much that the units reach SMALLEST_MAXIMUM.
        """
        units = account.opening + Decimal(excess)
        if units > SMALLEST_MAXIMUM:
            raise NotTestableError(
                f"{account.user_id} holds too much; name an account that holds less than {SMALLEST_MAXIMUM} units"
            )
        return units

    def check_fields(
        self, account: TestAccount, *, units: Amount | None = None
    ) -> dict[str, Any]:
        """Return the body of a check, for tests that change it."""
        return {
            "user_id": account.user_id,
            "units": self.unit if units is None else Decimal(units),
        }

    def debit_fields(
        self, account: TestAccount, *, units: Amount | None = None
    ) -> dict[str, Any]:
        """Return the body of a debit with a new ref, for tests that change it."""
        return {
            **self.check_fields(account, units=units),
            "ref": self.new_ref(),
            "reason": "contract_test",
        }

    def check(
        self, account: TestAccount, *, units: Amount, key: KeyVariant | None = None
    ) -> Response:
        """Ask whether the account can pay these units."""
        return self.request(
            "checkBalance", self.check_fields(account, units=units), key=key
        )

    def debit(
        self,
        account: TestAccount,
        *,
        units: Amount | None = None,
        ref: str | None = None,
        key: KeyVariant | None = None,
    ) -> Response:
        """Debit the account: `unit` where no units are given, with a new ref where none is."""
        fields = self.debit_fields(account, units=units)
        response = self.request(
            "debitBalance", {**fields, "ref": ref or fields["ref"]}, key=key
        )
        if response.status == OK:
            with suppress(UnreadableResponseError):
                self._known[account.user_id] = response.balance
        return response

    def debit_ok(
        self,
        account: TestAccount,
        *,
        units: Amount | None = None,
        ref: str | None = None,
    ) -> Response:
        """Debit the account, as a step that the test needs. Raises PremiseError unless it succeeds."""
        response = self.debit(account, units=units, ref=ref)
        if response.status != OK:
            raise PremiseError(
                f"a debit of {units} units should have been made: {response.status} {response.shown_body}"
            )
        return response

    def read(self, account: TestAccount, *, key: KeyVariant | None = None) -> Response:
        """Read the balance and the plan, and return the response."""
        return self.request("getBalance", query={"user_id": account.user_id}, key=key)

    def balance(self, account: TestAccount) -> Decimal:
        """Return what the account holds, in units. Raises PremiseError where the reading fails.

        A reading may come from a stale copy of the ledger, while the balance that a debit returns
        comes from the ledger itself. So where the reading disagrees with the last debit, one more
        debit decides; its units are added to what is returned.
        """
        response = self.read(account)
        if response.status != OK:
            raise PremiseError(
                f"the balance could not be read: {response.status} {response.shown_body}"
            )
        reading = response.balance
        spent = self._probed.get(account.user_id, Decimal(0))
        if abs(reading - self._known[account.user_id]) >= HALF_A_CENT:
            reading = self._checked_by_a_debit(account, reading)
        return reading + spent

    def _checked_by_a_debit(self, account: TestAccount, reading: Decimal) -> Decimal:
        """Debit once more, and return what the ledger held before; `reading` where it is refused."""
        probe = self.debit(account)
        if probe.status != OK:
            return reading
        self._probed[account.user_id] = (
            self._probed.get(account.user_id, Decimal(0)) + self.unit
        )
        left = probe.balance
        agrees = min(abs(left - reading), abs(left + self.unit - reading)) < HALF_A_CENT
        return reading if agrees else left + self.unit

    @staticmethod
    def require_status(response: Response, status: int) -> Response:
        """Return the response where it has the status that the test needs. Raises PremiseError otherwise."""
        if response.status != status:
            raise PremiseError(
                f"an answer of {status} was expected: {response.status} {response.shown_body}"
            )
        return response

    def fill_template(
        self, template: bytes, account: TestAccount | None = None, ref: str = "unused"
    ) -> bytes:
        """Return a body from a template: its first %s becomes the user id, its second the ref."""
        values = (account.user_id.encode() if account else b"nobody", ref.encode())
        filled = template % values[: template.count(b"%s")]
        return add_to_bytes(filled, self.extra_fields)

    def valid_request(
        self, operation_id: str, account: TestAccount, *, key: KeyVariant | None = None
    ) -> Response:
        """Send a proper request of a documented operation. Raises ValueError for any other operation."""
        match operation_id:
            case "checkBalance":
                return self.check(account, units="0.01", key=key)
            case "debitBalance":
                return self.debit(account, units="0.01", key=key)
            case "getBalance":
                return self.read(account, key=key)
            case _:
                raise ValueError(operation_id)

    def request(
        self,
        operation_id: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        key: KeyVariant | None = None,
    ) -> Response:
        """Send a body (fields, or bytes as they are) or a query to an operation, and return the response."""
        return self.send_call(self.call(operation_id, body, query=query, key=key))

    def call(
        self,
        operation_id: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        key: KeyVariant | None = None,
    ) -> Call:
        """Return a call that is not yet sent, for tests that change it or send it in a burst."""
        operation = load_contract().operations[operation_id]
        url = f"{self.target.base}{operation.path}"
        call = Call(
            method=operation.method,
            url=f"{url}?{urlencode(query)}" if query else url,
            key=key or right_key(self.target.key),
            headers={} if body is None else {"Content-Type": "application/json"},
        )
        if isinstance(body, bytes | None):
            return replace(call, body=body)
        return call.with_fields(add_to_fields(body, self.extra_fields))

    def send_call(self, call: Call) -> Response:
        """Send a call and return the response.

        Raises NoResponseError, and NotTestableError where the budget or --read-only forbids it.
        """
        return self.transport.send(call)

    def forget_balance(self, account: TestAccount) -> None:
        """Let the next `balance` be decided by a debit, since debits are made that this client does not see."""
        self._known[account.user_id] = Decimal(-1)
        self.transport.budget.answered.pop(account.user_id, None)
