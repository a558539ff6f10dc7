"""One mock: the contract, its settings, a ledger, and the API over them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from billing_contract import load_contract
from mock_server.api import BillingApi
from mock_server.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable

    from mock_server.settings import Settings

_UNKNOWN_OPENS_WITH = {
    "empty": Decimal(0),
    "funded": Decimal("742.0"),
    "not-found": None,
    "forbidden": None,
}


class MockService:
    """What a mock consists of, before any server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.contract = load_contract()
        self.ledger = Ledger(
            settings.accounts,
            new_tx_id=TX_IDS[settings.choices["tx-id"]],
            unknown_opens_with=_UNKNOWN_OPENS_WITH[settings.choices["unknown-user"]],
            refs_are_global=settings.choices["ref-scope"] == "global",
        )
        self.api = BillingApi(self.contract, self.ledger, settings)


def _uuid() -> str:
    return str(uuid4())


def _opaque() -> str:
    return f"tx_{uuid4().hex}"


TX_IDS: dict[str, Callable[[], str]] = {"uuid": _uuid, "opaque": _opaque}
