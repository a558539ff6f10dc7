"""A request of the journal in JSON, the key masked wherever the gateway may have put it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_mock.journal.record import Record

_SECRET_LENGTH_MIN = 8  # a shorter key is no secret, and would stain half of the texts


class RecordSerializer:
    """The writer of records as JSON. `documented` are the fields that the contract lists, by operation."""

    def __init__(self, key: str, documented: Mapping[str, frozenset[str]]) -> None:
        self._forms = _forms(key)
        self._documented = documented

    def to_json(self, record: Record) -> dict[str, Any]:
        """Return the record as control.yaml describes it."""
        fields = self._request_fields(record) | self._answer_fields(record)
        return {name: self.mask(value) for name, value in fields.items()}

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

    def mask(self, value: Any) -> Any:
        """Return the value with the key masked in every text of it."""
        match value:
            case str():
                for form in self._forms:
                    value = value.replace(form, "***")
                return value
            case dict():
                return {name: self.mask(each) for name, each in value.items()}
            case list() | tuple():
                return [self.mask(each) for each in value]
            case _:
                return value


def _forms(key: str) -> tuple[str, ...]:
    """Return the key as it may stand in a text, in a URL, or in JSON."""
    if len(key) < _SECRET_LENGTH_MIN:
        return ()
    in_json = json.dumps(key)[1:-1]
    return key, quote(key, safe=""), quote(key), in_json, in_json.replace("/", "\\/")
