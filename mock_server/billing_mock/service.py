"""One mock: the contract, its settings, a ledger, the API over them, and the pipeline of requests."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_contract import load_contract
from billing_contract.masking import mask_of
from billing_mock.api.billing_api import BillingApi
from billing_mock.findings import Finding, findings_of
from billing_mock.journal.record_json import RecordSerializer
from billing_mock.ledger.ledger import Ledger
from billing_mock.pipeline import Pipeline
from billing_mock.tx_ids import TX_IDS

if TYPE_CHECKING:
    from billing_mock.config.settings import Settings
    from billing_mock.journal.record import Record

_UNKNOWN_OPENS_WITH = {
    "empty": Decimal(0),
    "funded": Decimal("742.0"),
    "not-found": None,
    "forbidden": None,
}


class MockService:
    """One mock without a server. `mask` hides its key in what is shown of requests."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.contract = load_contract()
        self.ledger = Ledger(
            settings.accounts,
            new_tx_id=TX_IDS[settings.choices["tx-id"]],
            unknown_opens_with=_UNKNOWN_OPENS_WITH[settings.choices["unknown-user"]],
            refs_are_global=settings.choices["ref-scope"] == "global",
        )
        self.api = BillingApi(
            self.contract,
            self.ledger,
            key=settings.key,
            plans=settings.plans,
            choices=settings.choices,
            deviations=settings.deviations,
        )
        self.pipeline = Pipeline(self.api, faults=settings.faults)
        self._documented = {
            operation.short_name: self.contract.fields_of(operation).union(
                settings.deviations.get("required-field", ())
            )
            for operation in self.contract.operations.values()
        }
        self.mask = mask_of(settings.key)
        self._serializer = RecordSerializer(self.mask, self._documented)

    def reset(self, user_id: str | None = None) -> None:
        """Set accounts, faults and journal back to the start, wholly or for one user."""
        self.ledger.reset(user_id)
        self.pipeline.reset(user_id)

    def findings(self, user_id: str | None = None) -> list[Finding]:
        """Return the findings about the gateway, or about its requests for one user, the key masked."""
        records = self.pipeline.journal.records(user_id)
        found = findings_of(records, documented=self._documented)
        mask = self.mask.value
        return [
            replace(
                each, explanation=mask(each.explanation), user_id=mask(each.user_id)
            )
            for each in found
        ]

    def record_to_json(self, record: Record) -> dict[str, Any]:
        """Return a record of the journal as control.yaml describes it, the key masked."""
        return self._serializer.to_json(record)
