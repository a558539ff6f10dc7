"""A request of the journal in JSON, the key masked wherever the gateway may have put it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_server.record import Record

_SECRET_LENGTH_MIN = 8  # a shorter key is no secret, and would stain half of the texts


class Teller:
    """Tells requests. `documented` are the fields that the contract lists, by operation."""

    def __init__(self, key: str, documented: Mapping[str, frozenset[str]]) -> None:
        self._key = key if len(key) >= _SECRET_LENGTH_MIN else None
        self._documented = documented

    def tell(self, record: Record) -> dict[str, Any]:
        """The request as control.yaml describes it."""
        told = self._asked(record) | self._answered(record)
        return {name: self._masked(value) for name, value in told.items()}

    def _asked(self, record: Record) -> dict[str, Any]:
        reason = record.said.get("reason")
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
            "reason": reason if isinstance(reason, str) else None,
        }

    def _answered(self, record: Record) -> dict[str, Any]:
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
        unknown = record.said.keys() - self._documented[record.operation]
        return found + [f"{name}: not in the contract" for name in sorted(unknown)]

    def _masked(self, value: Any) -> Any:
        if self._key is None or not isinstance(value, str):
            return value
        return value.replace(self._key, "***")
