"""Accounts from the control plane of a billing-mock, where the target is one."""

from __future__ import annotations

from decimal import Decimal
from http.client import OK
from typing import TYPE_CHECKING

from billing_contract import NotJsonError, parse_json, render_json
from billing_verify.account import SLACK, Plan, TestAccount, new_user_id
from billing_verify.client.connections import Connections, NoConnectionError
from billing_verify.errors import NotTestableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from billing_verify.client.connections import Answer
    from billing_verify.client.target import Target

_CREATED = range(200, 300)
_USUAL_UNITS = Decimal(10)
_OPENED_AT_ONCE = 16


class MockAccounts:
    """A source of accounts: a new one for each test, opened over the control plane of the mock.

    Accounts of the usual size are opened 16 at a time.
    """

    description = "the mock's control plane"

    def __init__(self, target: Target) -> None:
        self._target = target
        self._connections = Connections.to(target)
        self._ready: list[TestAccount] = []

    @classmethod
    def find(cls, target: Target) -> MockAccounts | None:
        """Return the source where the target is a billing-mock that answers, None otherwise."""
        found = cls(target)
        try:
            response = found._request("GET", "ready")
            ready = parse_json(response.data)
        except (NoConnectionError, NotJsonError):
            return None
        is_mock = (
            response.status == OK
            and isinstance(ready, dict)
            and ready.get("mock") == "billing-contract"
            and ready.get("upstream") is None  # else the balances are another's
        )
        return found if is_mock else None

    def funded(self, units: Decimal) -> TestAccount:
        """Return a new account with these units and SLACK more. Raises NotTestableError."""
        if units > _USUAL_UNITS:
            return self.opened(units + SLACK)
        if not self._ready:
            self._ready = self._opened_at_once(_OPENED_AT_ONCE, _USUAL_UNITS + SLACK)
        return self._ready.pop()

    def opened(
        self,
        balance: Decimal,
        *,
        plan: Plan | None = None,
        similar_to: TestAccount | None = None,
    ) -> TestAccount:
        """Return a new account with exactly this balance and plan. Raises NotTestableError."""
        account = TestAccount(new_user_id(similar_to), balance)
        self._open([account], plan)
        return account

    def _opened_at_once(self, count: int, balance: Decimal) -> list[TestAccount]:
        accounts = [TestAccount(new_user_id(), balance) for _ in range(count)]
        self._open(accounts, None)
        return accounts

    def _open(self, accounts: Iterable[TestAccount], plan: Plan | None) -> None:
        entries = [
            {"user_id": each.user_id, "balance": each.opening, "plan": plan}
            for each in accounts
        ]
        response = self._request("POST", "accounts", {"accounts": entries})
        if response.status not in _CREATED:
            raise NotTestableError(
                f"the mock's control plane opened no account: {response.status} {response.data.decode(errors='replace')}"
            )

    def _request(self, method: str, path: str, fields: object = None) -> Answer:
        return self._connections.send_harmless(
            method,
            f"{self._target.base}/_mock/{path}",
            headers={
                "Content-Type": "application/json",
                "X-Internal-Key": self._target.key,
            },
            body=None if fields is None else render_json(fields),
        )
