"""One mock: the contract, its settings, a ledger, the API over them, and the pipeline of requests."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_contract import load_contract
from billing_contract.masking import mask_of
from billing_mock.api.billing_api import BillingApi
from billing_mock.clock import Clock
from billing_mock.findings import Finding, findings_of
from billing_mock.journal.history import History, Opening, history_of
from billing_mock.journal.record_json import RecordSerializer
from billing_mock.ledger.ledger import Ledger
from billing_mock.memory import give_back_freed
from billing_mock.metrics import metrics_where_installed
from billing_mock.pipeline import Pipeline
from billing_mock.steady_clock import seconds
from billing_mock.tx_ids import TX_IDS

if TYPE_CHECKING:
    from billing_mock.config.settings import Settings
    from billing_mock.journal.record import Record
    from billing_mock.ledger.account import Account

_UNKNOWN_OPENS_WITH = {
    "empty": Decimal(0),
    "funded": Decimal("742.0"),
    "not-found": None,
    "forbidden": None,
}
# So much in the journal is worth the time that giving memory back takes.
_MUCH_BYTES = 8 << 20


class MockService:
    """One mock without a server.

    `mask` hides its key in what is shown of requests; `metrics` are None where prometheus-client is
    not installed.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock()
        self.contract = load_contract()
        self.ledger = Ledger(
            self._accounts(),
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
            clock=self.clock,
        )
        self.pipeline = Pipeline(
            self.api, faults=settings.faults, clock=self.clock.seconds
        )
        self.metrics = metrics_where_installed()
        if self.metrics is not None:
            self.pipeline.observers.append(self.metrics.count)
        self._documented = {
            operation.short_name: self.contract.fields_of(operation).union(
                settings.deviations.get("required-field", ())
            )
            for operation in self.contract.operations.values()
        }
        self._openings = self._starting_openings()
        self.mask = mask_of(settings.key)
        self._serializer = RecordSerializer(self.mask, self._documented)

    def reset(self, user_id: str | None = None) -> None:
        """Set accounts, faults and journal back to the start, wholly or for one user.

        After much traffic a whole reset gives its memory back to the operating system too.
        """
        has_much = self.pipeline.journal.held_bytes > _MUCH_BYTES
        self.ledger.reset(user_id)
        self.pipeline.reset(user_id)
        if user_id is None:
            self.clock.reset()
        starting = self._starting_openings()
        if user_id is None:
            self._openings = starting
        elif user_id in starting:
            self._openings[user_id] = starting[user_id]
        else:
            self._openings.pop(user_id, None)
        if user_id is None and has_much:
            give_back_freed()

    def open_accounts(self, *accounts: Account) -> None:
        """Open accounts, anew where they exist: all of them or none."""
        now = seconds()
        self.ledger.put(*accounts)
        for each in accounts:
            self._openings[each.user_id] = Opening(now, Decimal(each.balance))

    def delete_account(self, user_id: str) -> None:
        """Delete an account and the refs of its debits. Raises UnknownAccountError when there is none."""
        self.ledger.delete(user_id)
        self._openings[user_id] = Opening(seconds(), None)

    def history(self, user_id: str | None = None) -> History:
        """Return the journal as a history, or that of one user, the key masked."""
        journal = self.pipeline.journal
        records, openings = journal.records(user_id), dict(self._openings)
        if journal.dropped:  # the balances of the start are of no use
            openings = {
                each: opening._replace(balance=None)
                for each, opening in openings.items()
            }
        found = history_of(records, openings)
        return found._replace(entries=self.mask.value(found.entries))

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

    def _starting_openings(self) -> dict[str, Opening]:
        return {
            each.user_id: Opening(0, Decimal(each.balance)) for each in self._accounts()
        }

    def _accounts(self) -> tuple[Account, ...]:
        return () if self.settings.upstream else self.settings.accounts

    def record_to_json(self, record: Record) -> dict[str, Any]:
        """Return a record of the journal as control.yaml describes it, the key masked."""
        return self._serializer.to_json(record)
