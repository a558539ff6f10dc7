"""Accounts and transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request

from billing_mock.control.json_http import ControlError, Route, body, done, say
from billing_mock.ledger.account import account_from_json, refuse_twins
from billing_mock.ledger.ledger import UnknownAccountError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from billing_mock.ledger.account import Account, Plan
    from billing_mock.service import MockService


class Accounts:
    """The routes under accounts and transactions."""

    def __init__(self, service: MockService) -> None:
        self._ledger = service.ledger

    def routes(self) -> Iterator[Route]:
        """Method, path and view of each."""
        yield "GET", "/accounts", self.list_accounts
        yield "POST", "/accounts", self.post_accounts
        yield "GET", "/accounts/<path:user_id>", self.get_account
        yield "PUT", "/accounts/<path:user_id>", self.put_account
        yield "DELETE", "/accounts/<path:user_id>", self.delete_account
        yield "GET", "/transactions", self.list_transactions

    def list_accounts(self) -> Response:
        """Every account."""
        accounts = self._ledger.accounts().items()
        return say(
            {"accounts": [_account(user_id, *account) for user_id, account in accounts]}
        )

    def post_accounts(self) -> Response:
        """Open several accounts at once, or start them anew: all of them, or none."""
        try:
            accounts = _accounts(body())
        except ValueError as error:
            raise ControlError(422, str(error)) from error
        self._ledger.put(*accounts)
        return say(
            {
                "accounts": [
                    _account(each.user_id, each.balance, each.plan) for each in accounts
                ]
            }
        )

    def get_account(self, user_id: str) -> Response:
        """One account."""
        account = self._ledger.accounts().get(user_id)
        if account is None:
            raise ControlError(
                404, f"no account of user {user_id!r}; PUT one here to open it"
            )
        return say(_account(user_id, *account))

    def put_account(self, user_id: str) -> Response:
        """Open an account, or start it anew."""
        try:
            account = account_from_json(user_id, body())
        except ValueError as error:
            raise ControlError(422, str(error)) from error
        self._ledger.put(account)
        return say(_account(account.user_id, account.balance, account.plan))

    def delete_account(self, user_id: str) -> Response:
        """Forget an account."""
        try:
            self._ledger.delete(user_id)
        except UnknownAccountError as error:
            raise ControlError(404, f"no account of user {user_id!r}") from error
        return done()

    def list_transactions(self) -> Response:
        """What was booked."""
        found = self._ledger.transactions(
            user_id=request.args.get("user_id"), ref=request.args.get("ref")
        )
        return say({"transactions": [each._asdict() for each in found]})


def _accounts(value: Any) -> list[Account]:
    entries = value.get("accounts") if isinstance(value, dict) else None
    if not isinstance(entries, list) or len(value) > 1:
        raise ValueError('must be an object with the list "accounts" alone')
    accounts = []
    for place, entry in enumerate(entries):
        user_id = entry.get("user_id") if isinstance(entry, dict) else None
        if not isinstance(user_id, str) or not user_id:
            raise ValueError(f"accounts[{place}]: user_id: must be a text")
        try:
            accounts.append(account_from_json(user_id, entry))
        except ValueError as error:
            raise ValueError(f"accounts[{place}]: {error}") from error
    refuse_twins(accounts)
    return accounts


def _account(user_id: str, balance: Decimal, plan: Plan | None) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "balance": balance,
        "plan": plan.as_json() if plan else None,
    }
