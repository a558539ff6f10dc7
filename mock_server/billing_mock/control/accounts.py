"""The control plane's routes under /_mock/accounts and /_mock/transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request

from billing_mock.control.json_http import (
    ControlError,
    Route,
    empty_response,
    json_response,
    query_integer,
    read_json,
)
from billing_mock.control.paging import ENTRIES_MAX, link_with
from billing_mock.ledger.account_json import account_from_json, refuse_duplicates
from billing_mock.ledger.ledger import UnknownAccountError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from decimal import Decimal

    from billing_mock.ledger.account import Account, Plan
    from billing_mock.service import MockService


class AccountRoutes:
    """Views that open, list and delete accounts and list transactions."""

    def __init__(self, service: MockService) -> None:
        self._service = service
        self._ledger = service.ledger
        self._mask = service.mask

    def routes(self) -> Iterator[Route]:
        """Yield HTTP method, path and view of each route."""
        yield "GET", "/accounts", self.list_accounts
        yield "POST", "/accounts", self.post_accounts
        yield "GET", "/accounts/<user_id:user_id>", self.get_account
        yield "PUT", "/accounts/<user_id:user_id>", self.put_account
        yield "DELETE", "/accounts/<user_id:user_id>", self.delete_account
        yield "GET", "/transactions", self.list_transactions

    def list_accounts(self) -> Response:
        """Return every account, the key masked where a gateway has put it into a user id."""
        accounts = self._ledger.accounts().items()
        shown = [_account_to_json(user_id, *account) for user_id, account in accounts]
        return json_response({"accounts": self._mask.value(shown)})

    def post_accounts(self) -> Response:
        """Open the accounts of the body, or open them anew where they exist: all of them or none.

        Raises ControlError: 422 when one of them is not valid, 409 in front of a deployment.
        """
        self._require_own_balances()
        try:
            accounts = _parse_accounts(read_json(), self._service.clock.now())
        except ValueError as error:
            raise ControlError(422, str(error)) from error
        self._service.open_accounts(*accounts)
        return json_response(
            {
                "accounts": [
                    _account_to_json(each.user_id, each.balance, each.plan)
                    for each in accounts
                ]
            }
        )

    def get_account(self, user_id: str) -> Response:
        """Return one account. Raises ControlError (404) when there is none."""
        account = self._ledger.find(user_id)
        if account is None:
            raise ControlError(
                404, f"no account of user {user_id!r}; PUT one here to open it"
            )
        return json_response(_account_to_json(user_id, *account))

    def put_account(self, user_id: str) -> Response:
        """Open an account, or open it anew where it exists. Raises ControlError: 422 when it is not valid, 409 in front of a deployment."""
        self._require_own_balances()
        try:
            account = account_from_json(
                user_id, read_json(), now=self._service.clock.now()
            )
        except ValueError as error:
            raise ControlError(422, str(error)) from error
        self._service.open_accounts(account)
        return json_response(
            _account_to_json(account.user_id, account.balance, account.plan)
        )

    def delete_account(self, user_id: str) -> Response:
        """Delete an account and the refs of its debits. Raises ControlError (404) when there is none."""
        try:
            self._service.delete_account(user_id)
        except UnknownAccountError as error:
            raise ControlError(404, f"no account of user {user_id!r}") from error
        return empty_response()

    def _require_own_balances(self) -> None:
        upstream = self._service.settings.upstream
        if upstream is not None:
            raise ControlError(
                409, f"the balances are those of {upstream}; open the account there"
            )

    def list_transactions(self) -> Response:
        """Return a page of the transactions, oldest first, the key masked; the query may name a user_id and a ref.

        Raises ControlError (422) for an offset or a limit that is no number.
        """
        offset = query_integer("offset") or 0
        limit = query_integer("limit") or ENTRIES_MAX
        limit = min(limit, ENTRIES_MAX)
        found = self._ledger.transactions(
            user_id=request.args.get("user_id"),
            ref=request.args.get("ref"),
            part=slice(offset, offset + limit + 1),
        )
        shown = [each._asdict() for each in found[:limit]]
        more = link_with("offset", offset + limit) if len(found) > limit else None
        return json_response({"transactions": self._mask.value(shown), "next": more})


def _parse_accounts(value: Any, now: datetime) -> list[Account]:
    entries = value.get("accounts") if isinstance(value, dict) else None
    if not isinstance(entries, list) or len(value) > 1:
        raise ValueError('must be an object with the list "accounts" alone')
    accounts = []
    for place, entry in enumerate(entries):
        user_id = entry.get("user_id") if isinstance(entry, dict) else None
        if not isinstance(user_id, str) or not user_id:
            raise ValueError(f"accounts[{place}]: user_id: must be a text")
        try:
            accounts.append(account_from_json(user_id, entry, now=now))
        except ValueError as error:
            raise ValueError(f"accounts[{place}]: {error}") from error
    refuse_duplicates(accounts)
    return accounts


def _account_to_json(
    user_id: str, balance: Decimal, plan: Plan | None
) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "balance": balance,
        "plan": plan.as_json() if plan else None,
    }
