"""What a contract test says to a billing service, in the words of the contract."""

from __future__ import annotations

import itertools
from contextlib import suppress
from decimal import Decimal
from http.client import OK
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from billing_contract import load_contract, render_json
from billing_verify.checks.expectations import CENT, MODERATE
from billing_verify.clauses import NotTestableError, PremiseError
from billing_verify.client.exchange import Call, UnreadableResponseError
from billing_verify.client.target import KeyVariant, right_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_verify.account import TestAccount
    from billing_verify.client.exchange import Response
    from billing_verify.client.transport import Transport

_HALF_A_CENT = Decimal("0.005")


Amount = Decimal | str | int


def money(amount: Amount) -> Any:
    """An amount to compare with, equal to two decimals, as the contract promises it."""
    return pytest.approx(Decimal(amount), abs=_HALF_A_CENT, rel=0)


class BillingClient:
    """Makes the calls of one test. Every ref is new unless the test names one.

    `unit` is what a debit takes where its amount does not matter: a whole one from accounts of the
    suite's own, so that a service that only rounds wrongly breaks nothing but arithmetic, and a
    cent from the operator's.
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
        self._extra_fields = dict(extra_fields or {})
        self._refs = (
            f"ct-{uuid4().hex[:12]}-{number}" for number in itertools.count(1)
        )
        self._known: dict[str, Decimal] = {}
        self._probed: dict[str, Decimal] = {}

    def use_account(self, account: TestAccount) -> TestAccount:
        """Begin with an account. Its opening is what it holds now, also where the test had it before."""
        self.transport.trace.accounts.append(account)
        self._known[account.user_id] = account.opening
        self._probed.pop(account.user_id, None)
        return account

    def new_ref(self) -> str:
        """A ref that nobody has used."""
        return next(self._refs)

    @staticmethod
    def more_than_balance(account: TestAccount, excess: Amount) -> Decimal:
        """Units that the account cannot pay, yet moderate. Raises NotTestableError for a rich account.

        A service may have a largest amount, so that a very large one would be refused for that.
        """
        units = account.opening + Decimal(excess)
        if units > MODERATE:
            raise NotTestableError(
                f"{account.user_id} holds too much; name an account that holds less than {MODERATE} units"
            )
        return units

    def check_fields(
        self, account: TestAccount, *, units: Amount | None = None
    ) -> dict[str, Any]:
        """The body of a check, for tests that change it."""
        return {
            "user_id": account.user_id,
            "units": self.unit if units is None else Decimal(units),
            **self._extra_fields,
        }

    def debit_fields(
        self, account: TestAccount, *, units: Amount | None = None
    ) -> dict[str, Any]:
        """The body of a debit with a new ref, for tests that change it."""
        return {
            **self.check_fields(account, units=units),
            "ref": self.new_ref(),
            "reason": "contract_test",
        }

    def check(
        self, account: TestAccount, *, units: Amount, key: KeyVariant | None = None
    ) -> Response:
        """Ask whether the account can pay."""
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
        """Debit the account."""
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
        """A debit that has to succeed for the story to go on. Raises PremiseError."""
        response = self.debit(account, units=units, ref=ref)
        if response.status != OK:
            raise PremiseError(
                f"a debit of {units} units should have been made: {response.status} {response.shown_body}"
            )
        return response

    def read(self, account: TestAccount, *, key: KeyVariant | None = None) -> Response:
        """Read the balance, as the service answers it."""
        return self.request("getBalance", query={"user_id": account.user_id}, key=key)

    def balance(self, account: TestAccount) -> Decimal:
        """What the account holds. Raises PremiseError where that cannot be found out.

        A reading that disagrees with the last debit is settled by one more debit: what a debit
        leaves is the ledger's own word, while a reading may come from a stale copy. What was so
        spent is added to what is returned.
        """
        response = self.read(account)
        if response.status != OK:
            raise PremiseError(
                f"the balance could not be read: {response.status} {response.shown_body}"
            )
        told = response.balance
        spent = self._probed.get(account.user_id, Decimal(0))
        if abs(told - self._known[account.user_id]) >= _HALF_A_CENT:
            told = self._settled(account, told)
        return told + spent

    def _settled(self, account: TestAccount, told: Decimal) -> Decimal:
        """What the ledger held before one more debit, which tells whether the reading was stale."""
        probe = self.debit(account)
        if probe.status != OK:
            return told
        self._probed[account.user_id] = (
            self._probed.get(account.user_id, Decimal(0)) + self.unit
        )
        left = probe.balance
        agrees = min(abs(left - told), abs(left + self.unit - told)) < _HALF_A_CENT
        return told if agrees else left + self.unit

    @staticmethod
    def require_status(response: Response, status: int) -> Response:
        """An answer that must have this status for the story to go on. Raises PremiseError."""
        if response.status != status:
            raise PremiseError(
                f"an answer of {status} was expected: {response.status} {response.shown_body}"
            )
        return response

    @staticmethod
    def fill_template(template: bytes, account: TestAccount, ref: str) -> bytes:
        """A body that only looks like a debit: its first %s is the user id, its second the ref."""
        values = (account.user_id.encode(), ref.encode())
        return template % values[: template.count(b"%s")]

    def valid_request(
        self, operation_id: str, account: TestAccount, *, key: KeyVariant | None = None
    ) -> Response:
        """A proper request of one of the documented operations, whichever it is."""
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
        """Send a body (fields, or bytes as they are) or a query to an operation."""
        return self.send_call(self.call(operation_id, body, query=query, key=key))

    def call(
        self,
        operation_id: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        key: KeyVariant | None = None,
    ) -> Call:
        """A call, not yet made, for tests that change it."""
        operation = load_contract().operations[operation_id]
        url = f"{self.target.base}{operation.path}"
        return Call(
            method=operation.method,
            url=f"{url}?{urlencode(query)}" if query else url,
            key=key or right_key(self.target),
            headers={} if body is None else {"Content-Type": "application/json"},
            body=body if isinstance(body, bytes | None) else render_json(body),
        )

    def send_call(self, call: Call) -> Response:
        """Make a call. Raises NoAnswerError, and NotTestableError where the budget forbids it."""
        return self.transport.send(call)

    def forget(self, account: TestAccount) -> None:
        """Debits were made past this client: the next look at the balance asks the ledger."""
        self._known[account.user_id] = Decimal(-1)
