"""One mock: the contract, its settings, a ledger, and the API over them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random, SystemRandom
from typing import TYPE_CHECKING, Any
from uuid import UUID

from billing_contract import load_contract
from billing_mock.api.billing_api import BillingApi
from billing_mock.findings import Finding, findings_of
from billing_mock.journal.record_json import RecordSerializer
from billing_mock.ledger.ledger import Ledger
from billing_mock.pipeline import Pipeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_mock.config.settings import Settings
    from billing_mock.journal.record import Record

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
        self.pipeline = Pipeline(self.api, faults=settings.faults)
        self._documented = {
            operation.short_name: self.contract.fields_of(operation)
            for operation in self.contract.operations.values()
        }
        self._serializer = RecordSerializer(settings.key, self._documented)

    def reset(self, user_id: str | None = None) -> None:
        """Go back to the start, wholly or for one user: accounts, faults, journal."""
        self.ledger.reset(user_id)
        self.pipeline.reset(user_id)

    def findings(self, user_id: str | None = None) -> list[Finding]:
        """What the journal says about the gateway, or about its dealings for one user."""
        records = self.pipeline.journal.records(user_id)
        found = findings_of(records, documented=self._documented)
        mask = self._serializer.masked
        return [
            replace(
                each, explanation=mask(each.explanation), user_id=mask(each.user_id)
            )
            for each in found
        ]

    def told(self, record: Record) -> dict[str, Any]:
        """A request of the journal, in JSON."""
        return self._serializer.tell(record)


_RANDOM = Random(SystemRandom().getrandbits(128))  # noqa: S311  a tx_id is a name, no secret


def _uuid() -> str:
    return str(UUID(int=_RANDOM.getrandbits(128), version=4))


def _opaque() -> str:
    return f"tx_{_RANDOM.getrandbits(128):032x}"


TX_IDS: dict[str, Callable[[], str]] = {"uuid": _uuid, "opaque": _opaque}
