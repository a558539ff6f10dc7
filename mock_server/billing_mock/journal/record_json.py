"""A request of the journal in JSON, the key masked wherever the gateway may have put it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_contract.masking import SecretMask
    from billing_mock.journal.record import Record


class RecordSerializer:
    """The writer of records as JSON. `documented` are the fields that the contract lists, by operation."""

    def __init__(
        self, mask: SecretMask, documented: Mapping[str, frozenset[str]]
    ) -> None:
        self._mask = mask
        self._documented = documented

    def to_json(self, record: Record) -> dict[str, Any]:
        """Return the record as control.yaml describes it."""
        fields = self._request_fields(record) | self._answer_fields(record)
        return {name: self._mask.value(value) for name, value in fields.items()}

    def _request_fields(self, record: Record) -> dict[str, Any]:
        return {
            "id": record.id,
            "at": record.at,
            "seconds": round(record.end - record.start, 6),
            "operation": record.operation,
            "method": record.method,
            "path": record.path,
            "query": record.query,
            "body": record.body.decode(errors="replace"),
            "user_id": record.user_id,
            "units": record.units,
            "ref": record.ref,
            "reason": record.reason,
        }

    def _answer_fields(self, record: Record) -> dict[str, Any]:
        delivery = record.delivery
        reason = record.result.reason if record.result else None
        return {
            "verdict": record.verdict,
            "status": record.status,
            "answer": delivery.answer.body.decode(errors="replace"),
            "sent": delivery.sent,
            "has_effect": record.has_effect,
            "why": reason.detail if reason else None,
            "violations": self._violations(record),
            "answer_violations": list(record.result.violations)
            if record.result
            else [],
            "faults": [
                {"id": each.id, "kind": each.fault.kind} for each in record.faults
            ],
        }

    def _violations(self, record: Record) -> list[str]:
        reason = record.result.reason if record.result else None
        found = (
            [f"{each.name}: {each.message}" for each in reason.problems]
            if reason
            else []
        )
        if record.operation is None:
            return found
        unknown = record.fields.names - self._documented[record.operation]
        return found + [f"{name}: not in the contract" for name in sorted(unknown)]
