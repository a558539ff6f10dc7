"""The control plane under /_mock/: accounts, transactions, reset, readiness. No part of the contract.

It is meant for the developer and his tests. A web page in his browser must not reach it: writes
need a JSON content type, and on loopback the Host header must name this machine.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from billing_contract import NotJsonError, parse_json, render_json
from mock_server.accounts import account_from_json
from mock_server.answers import JSON
from mock_server.ledger import Transaction, UnknownAccountError

if TYPE_CHECKING:
    from decimal import Decimal

    from mock_server.accounts import Plan
    from mock_server.service import MockService

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class ControlError(Exception):
    """A request to the control plane that cannot be done: status and reason."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


def control_plane(service: MockService) -> Blueprint:
    """The routes, over one service."""
    control = Blueprint("control", __name__, url_prefix="/_mock")
    routes = _Routes(service)
    control.before_request(routes.guard)
    control.register_error_handler(
        ControlError, lambda error: _json({"detail": str(error)}, error.status)
    )
    control.add_url_rule("/ready", view_func=routes.ready)
    control.add_url_rule("/accounts", view_func=routes.list_accounts)
    control.add_url_rule(
        "/accounts/<path:user_id>", view_func=routes.put_account, methods=["PUT"]
    )
    control.add_url_rule("/accounts/<path:user_id>", view_func=routes.get_account)
    control.add_url_rule(
        "/accounts/<path:user_id>", view_func=routes.delete_account, methods=["DELETE"]
    )
    control.add_url_rule("/transactions", view_func=routes.list_transactions)
    control.add_url_rule("/reset", view_func=routes.reset, methods=["POST"])
    return control


class _Routes:
    def __init__(self, service: MockService) -> None:
        self._service = service
        self._ledger = service.ledger

    def guard(self) -> None:
        if self._service.settings.open_control_plane:
            host = (
                request.host.rpartition(":")[0]
                if not request.host.endswith("]")
                else request.host
            )
            if (host or request.host).strip("[]").lower() not in LOOPBACK_NAMES:
                raise ControlError(
                    403,
                    f"the control plane answers on this machine only, not as {request.host!r}",
                )
        else:
            given = request.headers.get("X-Internal-Key", "").encode(
                "utf-8", "surrogateescape"
            )
            if not hmac.compare_digest(given, self._service.settings.key.encode()):
                raise ControlError(
                    401,
                    "the control plane needs X-Internal-Key when the mock is open to other machines",
                )
        if (
            request.method in {"PUT", "POST"}
            and request.get_data()
            and request.mimetype != JSON
        ):
            raise ControlError(415, "send Content-Type: application/json")

    def ready(self) -> Response:
        contract = self._service.contract
        return _json(
            {
                "ready": True,
                "mock": "billing-contract",
                "contract": contract.version,
                "sha256": contract.sha256,
            }
        )

    def list_accounts(self) -> Response:
        accounts = self._ledger.accounts().items()
        return _json(
            {"accounts": [_account(user_id, *account) for user_id, account in accounts]}
        )

    def get_account(self, user_id: str) -> Response:
        account = self._ledger.accounts().get(user_id)
        if account is None:
            raise ControlError(
                404, f"no account of user {user_id!r}; PUT one here to open it"
            )
        return _json(_account(user_id, *account))

    def put_account(self, user_id: str) -> Response:
        try:
            account = account_from_json(user_id, _body())
        except ValueError as error:
            raise ControlError(422, str(error)) from error
        self._ledger.put(account)
        return _json(_account(account.user_id, account.balance, account.plan))

    def delete_account(self, user_id: str) -> Response:
        try:
            self._ledger.delete(user_id)
        except UnknownAccountError as error:
            raise ControlError(404, f"no account of user {user_id!r}") from error
        return Response(status=204)

    def list_transactions(self) -> Response:
        found = self._ledger.transactions(
            user_id=request.args.get("user_id"), ref=request.args.get("ref")
        )
        return _json({"transactions": [_transaction(each) for each in found]})

    def reset(self) -> Response:
        fields = _body() if request.get_data() else {}
        if not isinstance(fields, dict) or not set(fields) <= {"user_id"}:
            raise ControlError(422, 'send nothing, to reset all, or {"user_id": "…"}')
        user_id = fields.get("user_id")
        if not isinstance(user_id, str | None):
            raise ControlError(422, "user_id: must be a text")
        self._ledger.reset(user_id)
        return Response(status=204)


def _body() -> Any:
    try:
        return parse_json(request.get_data())
    except NotJsonError as error:
        raise ControlError(422, f"the body is not JSON: {error}") from error


def _json(value: Any, status: int = 200) -> Response:
    return Response(render_json(value), status, content_type=JSON)


def _account(user_id: str, balance: Decimal, plan: Plan | None) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "balance": balance,
        "plan": plan.as_json() if plan else None,
    }


def _transaction(each: Transaction) -> dict[str, Any]:
    entry = each.entry
    return {
        "kind": each.kind,
        "user_id": entry.user_id,
        "units": entry.units,
        "ref": entry.ref,
        "reason": entry.reason,
        "tx_id": each.tx_id,
        "balance": each.balance,
        "at": entry.at,
    }
