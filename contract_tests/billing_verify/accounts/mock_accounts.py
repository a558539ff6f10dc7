"""Accounts from the mock's own control plane, found by itself."""

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

    from urllib3 import BaseHTTPResponse

    from billing_verify.client.target import Target

_CREATED = range(200, 300)
_USUAL = Decimal(10)
_TOGETHER = 16


class MockAccounts:
    """Opens a new account for each test over the control plane of the mock; those of the usual size in lots."""

    description = "the mock's control plane"

    def __init__(self, target: Target) -> None:
        self._target = target
        self._connections = Connections.to(target)
        self._ready: list[TestAccount] = []

    @classmethod
    def find(cls, target: Target) -> MockAccounts | None:
        """The control plane of the target, where the target is the mock and lets us in."""
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
        )
        return found if is_mock else None

    def funded(self, units: Decimal) -> TestAccount:
        """A new account that holds these units and some more, so that no test comes near its end unasked."""
        if units > _USUAL:
            return self.opened(units + SLACK)
        if not self._ready:
            self._ready = self._opened_together(_TOGETHER, _USUAL + SLACK)
        return self._ready.pop()

    def opened(
        self,
        balance: Decimal,
        *,
        plan: Plan | None = None,
        similar_to: TestAccount | None = None,
    ) -> TestAccount:
        """A new account that holds exactly this and is on this plan."""
        account = TestAccount(new_user_id(similar_to), balance)
        self._open([account], plan)
        return account

    def _opened_together(self, count: int, balance: Decimal) -> list[TestAccount]:
        accounts = [TestAccount(new_user_id(None), balance) for _ in range(count)]
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

    def _request(
        self, method: str, path: str, fields: object = None
    ) -> BaseHTTPResponse:
        return self._connections.send(
            method,
            f"{self._target.base}/_mock/{path}",
            headers={
                "Content-Type": "application/json",
                "X-Internal-Key": self._target.key,
            },
            body=None if fields is None else render_json(fields),
        )
