"""Tells a mock's start, its requests and its stop as JSON, one object a line, for programs that run it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_contract import __version__, load_contract, render_json
from billing_contract.masking import mask_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_mock.config.settings import Settings
    from billing_mock.journal.record import Record
    from billing_mock.servers.listening import Address


class JsonLog:
    """A log of one mock. `write` takes each line; the key, and that of the request, are masked in it.

    Where a line cannot be written, since nobody reads any more, no more are written; the mock goes on.
    """

    def __init__(self, settings: Settings, write: Callable[[bytes], None]) -> None:
        self._settings = settings
        self._mask = mask_of(settings.key)
        self._write = write
        self._is_read = True

    def started(self, address: Address) -> None:
        """Write that the mock answers, and where."""
        self._tell(
            "started",
            url=address.url,
            version=__version__,
            contract=load_contract().version,
            upstream=self._settings.upstream,
        )

    def answered(self, record: Record, key: str | None) -> None:
        """Write about one request, when its answer is decided. `key` is what its X-Internal-Key held."""
        reason = record.result.reason if record.result else None
        fields = {
            "id": record.id,
            "at": record.at,
            "method": record.method,
            "path": record.path,
            "operation": record.operation,
            "user_id": record.user_id,
            "units": record.units,
            "ref": record.ref,
            "status": record.status,
            "verdict": record.verdict,
            "why": reason.detail if reason else None,
            "faults": [each.fault.kind for each in record.faults],
        }
        masked = self._mask.value(fields)
        self._tell("request", **(mask_of(key).value(masked) if key else masked))

    def stopped(self) -> None:
        """Write that the mock has stopped."""
        self._tell("stopped")

    def _tell(self, event: str, **fields: Any) -> None:
        if self._is_read:
            try:
                self._write(render_json({"event": event, **fields}) + b"\n")
            except OSError:
                self._is_read = False
