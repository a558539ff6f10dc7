"""Where the suite gets money to spend: the mock's control plane, or accounts that the operator named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

import requests

from billing_contract import NotJsonError, parse_json, render_json
from contract_tests.harness.clauses import NotTestableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contract_tests.harness.target import Target

_CENT = Decimal("0.01")
_CREATED = range(200, 300)


Plan = Mapping[
    str, str
]  # plan_code, expires_at and status, as the balance operation tells them


@dataclass(frozen=True, slots=True)
class Account:
    """An account to test with. `opening` is its balance in units when the test got it."""

    user_id: str
    opening: Decimal


class AccountSource(Protocol):
    """Gives accounts to tests."""

    description: str

    def funded(self, units: Decimal) -> Account:
        """An account from which a test may spend these units. Raises NotTestableError."""

    def opened(self, balance: Decimal, *, plan: Plan | None = None) -> Account:
        """An account that holds exactly this and is on this plan. Raises NotTestableError."""


class ControlPlane:
    """Opens a new account for each test over the control plane of the mock."""

    description = "the mock's control plane"

    def __init__(self, target: Target) -> None:
        self._target = target
        self._session = requests.Session()
        self._session.trust_env = False

    @classmethod
    def find(cls, target: Target) -> ControlPlane | None:
        """The control plane of the target, where the target is the mock and lets us in."""
        found = cls(target)
        try:
            answer = found._request("GET", "ready")
            ready = parse_json(answer.content)
        except (requests.RequestException, NotJsonError):
            return None
        is_mock = (
            answer.ok
            and isinstance(ready, dict)
            and ready.get("mock") == "billing-contract"
        )
        return found if is_mock else None

    def funded(self, units: Decimal) -> Account:
        """A new account that holds these units."""
        return self.opened(units)

    def opened(self, balance: Decimal, *, plan: Plan | None = None) -> Account:
        """A new account that holds exactly this and is on this plan."""
        account = Account(str(uuid4()), balance)
        answer = self._request(
            "PUT", f"accounts/{account.user_id}", {"balance": balance, "plan": plan}
        )
        if answer.status_code not in _CREATED:
            raise NotTestableError(
                f"the mock's control plane opened no account: {answer.status_code} {answer.text}"
            )
        return account

    def _request(
        self, method: str, path: str, fields: object = None
    ) -> requests.Response:
        return self._session.request(
            method,
            f"{self._target.base}/_mock/{path}",
            data=None if fields is None else render_json(fields),
            headers={
                "Content-Type": "application/json",
                "X-Internal-Key": self._target.key,
            },
            timeout=self._target.timeout,
            allow_redirects=False,
        )


class Pool:
    """Funded accounts that the operator named. Tests take turns and spend relative to what they find."""

    def __init__(
        self, user_ids: Sequence[str], *, read_balance: Callable[[str], Decimal]
    ) -> None:
        self.description = f"the named accounts {', '.join(user_ids)}"
        self._user_ids = list(user_ids)
        self._read_balance = read_balance

    def funded(self, units: Decimal) -> Account:
        """The next account that has these units and a cent more."""
        for _ in self._user_ids:
            self._user_ids.append(self._user_ids.pop(0))
            balance = self._read_balance(self._user_ids[-1])
            if balance >= units + _CENT:
                return Account(self._user_ids[-1], balance)
        raise NotTestableError(
            f"no named account holds {units + _CENT} units; fund one of {', '.join(self._user_ids)}"
        )

    def opened(self, balance: Decimal, *, plan: Plan | None = None) -> Account:  # noqa: ARG002  a pool has no plans to give
        """Not to be had."""
        raise NotTestableError(
            f"needs an account that holds exactly {balance} units, which named accounts cannot promise; "
            "let the suite open accounts of its own"
        )
