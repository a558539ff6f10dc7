"""The control plane's routes about the mock as a whole: readiness, settings, reset, OpenAPI document."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from flask import Response, request

from billing_contract import __version__
from billing_mock.control.json_http import (
    ControlError,
    Route,
    empty_response,
    json_response,
    read_json,
)
from billing_mock.control_schema import control_document, control_validator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_mock.service import MockService


class StatusRoutes:
    """Views that show and reset the mock as a whole."""

    def __init__(self, service: MockService) -> None:
        self._service = service

    def routes(self) -> Iterator[Route]:
        """Yield HTTP method, path and view of each route."""
        yield "GET", "/ready", self.ready
        yield "GET", "/settings", self.settings
        yield "GET", "/metrics", self.metrics
        yield "POST", "/reset", self.reset
        yield "GET", "/openapi.json", self.document

    def ready(self) -> Response:
        """Return the name of the mock and the contract that it keeps; an answer shows that the mock is ready."""
        contract = self._service.contract
        return json_response(
            {
                "ready": True,
                "mock": "billing-contract",
                "upstream": self._service.settings.upstream,
                "contract": contract.version,
                "sha256": contract.sha256,
            }
        )

    def settings(self) -> Response:
        """Return the effective settings without the key."""
        contract, settings = self._service.contract, self._service.settings
        journal = self._service.pipeline.journal
        return json_response(
            {
                "version": __version__,
                "contract": contract.version,
                "sha256": contract.sha256,
                "upstream": settings.upstream,
                "choices": dict(settings.choices),
                "deviations": settings.deviations.sentences(),
                "plans": {name: asdict(plan) for name, plan in settings.plans.items()},
                "open_control_plane": settings.open_control_plane,
                "journal": {
                    "requests_max": journal.requests_max,
                    "bytes_max": journal.bytes_max,
                },
            }
        )

    def metrics(self) -> Response:
        """Return the numbers of the mock in Prometheus' text format. Raises ControlError (501) where they are not counted."""
        metrics = self._service.metrics
        if metrics is None:
            raise ControlError(
                501,
                "metrics need prometheus-client; install it with: pip install 'billing-contract[metrics]', and start the mock again",
            )
        return Response(metrics.exposition(), content_type=metrics.content_type)

    def reset(self) -> Response:
        """Reset the mock, or the one user whom the body names. Raises ControlError (422) for any other body."""
        fields = read_json() if request.get_data() else {}
        problems = control_validator("Reset").problems(fields)
        if problems:
            raise ControlError(
                422,
                f'{problems[0]}; send nothing, to reset all, or {{"user_id": "…"}}',
            )
        self._service.reset(fields.get("user_id"))
        return empty_response()

    def document(self) -> Response:
        """Return the OpenAPI document of the control plane."""
        return json_response(control_document())
