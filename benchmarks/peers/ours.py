"""Our own mock, as its command starts it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, ClassVar

import billing_contract
from benchmarks.http_calls import KEY, USER, exchange
from benchmarks.peers.peer import Peer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_ACCOUNTS = f"""accounts:
  - user_id: "{USER}"
    balance: 999999999
    plan: {{plan_code: base750, expires_at: "2025-07-31T10:00:00Z", status: active}}
"""


class Ours(Peer):
    """`billing-mock` with one account of much money, and everything else as a user has it."""

    name: ClassVar = "ours"
    title: ClassVar = "billing-mock"
    settings: ClassVar = "as it comes: validates, keeps balances and refs, journal and findings on; reset before each run"
    keeps_balances: ClassVar = True

    @classmethod
    def version(cls) -> str:
        """Return the version of this project."""
        return billing_contract.__version__

    def command(self) -> Sequence[str | Path]:
        """Return the command, and write the accounts file."""
        accounts = self._folder / "accounts.yaml"
        accounts.write_text(_ACCOUNTS, encoding="utf-8")
        return [
            *(sys.executable, "-m", "billing_mock"),
            *("--port", str(self.port), "--accounts", accounts),
        ]

    def environment(self) -> Mapping[str, str]:
        """Return the key of the mock."""
        return {"BILLING_SERVICE_TOKEN": KEY}

    def reset(self) -> None:
        """Set the balance back, and forget refs and journal."""
        exchange(self.port, "POST", "/_mock/reset", "{}")
