"""Counts the requests, answer times and faults of a mock for Prometheus, where prometheus-client is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

try:
    import prometheus_client as prometheus
except ModuleNotFoundError:  # it comes with the extra metrics
    prometheus = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from billing_mock.journal.record import Disposition, Record

_NONE: Final = "none"


class Metrics:
    """The numbers of one mock since its start; a reset of the mock leaves them."""

    content_type: Final = "text/plain; version=0.0.4; charset=utf-8"

    def __init__(self) -> None:
        self._registry = prometheus.CollectorRegistry()
        self._requests = prometheus.Counter(
            "billing_mock_requests",
            "Requests that were answered, by operation, status that was sent, and verdict.",
            ("operation", "status", "verdict"),
            registry=self._registry,
        )
        self._seconds = prometheus.Histogram(
            "billing_mock_request_seconds",
            "Seconds from a request to the end of its answer, waits of faults included.",
            ("operation",),
            registry=self._registry,
        )
        self._faults = prometheus.Counter(
            "billing_mock_faults",
            "Faults that acted on a request, by kind.",
            ("kind",),
            registry=self._registry,
        )
        self._known: dict[
            tuple[str | None, int | None, Disposition],
            tuple[prometheus.Counter, prometheus.Histogram],
        ] = {}

    def count(self, record: Record, _key: str | None) -> None:
        """Count one request that was answered."""
        kind = record.operation, record.status, record.verdict
        numbers = self._known.get(kind)
        if numbers is None:
            numbers = self._known[kind] = self._numbers(*kind)
        requests, seconds = numbers
        requests.inc()
        seconds.observe(record.end - record.start)
        for each in record.faults:
            self._faults.labels(each.fault.kind).inc()

    def exposition(self) -> bytes:
        """Return the numbers in Prometheus' text format."""
        return prometheus.generate_latest(self._registry)

    def _numbers(
        self, operation: str | None, status: int | None, verdict: Disposition
    ) -> tuple[prometheus.Counter, prometheus.Histogram]:
        name = operation or _NONE
        return (
            self._requests.labels(name, status or _NONE, verdict.value),
            self._seconds.labels(name),
        )


def metrics_where_installed() -> Metrics | None:
    """Return new metrics, or None where prometheus-client is not installed."""
    return None if prometheus is None else Metrics()
