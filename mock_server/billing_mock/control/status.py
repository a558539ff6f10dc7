"""The mock itself: readiness, settings, reset, and the document of these routes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from flask import Response, request

from billing_contract import __version__
from billing_mock.control.json_http import ControlError, Route, body, done, say
from billing_mock.control_schema import control_document, control_validator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_mock.service import MockService


class Mock:
    """The routes that are about the mock as a whole."""

    def __init__(self, service: MockService) -> None:
        self._service = service

    def routes(self) -> Iterator[Route]:
        """Method, path and view of each."""
        yield "GET", "/ready", self.ready
        yield "GET", "/settings", self.settings
        yield "POST", "/reset", self.reset
        yield "GET", "/openapi.json", self.document

    def ready(self) -> Response:
        """That this is the mock, and that it answers."""
        contract = self._service.contract
        return say(
            {
                "ready": True,
                "mock": "billing-contract",
                "contract": contract.version,
                "sha256": contract.sha256,
            }
        )

    def settings(self) -> Response:
        """The effective settings; the key is none of them."""
        contract, settings = self._service.contract, self._service.settings
        journal = self._service.conversation.journal
        return say(
            {
                "version": __version__,
                "contract": contract.version,
                "sha256": contract.sha256,
                "choices": dict(settings.choices),
                "plans": {name: asdict(plan) for name, plan in settings.plans.items()},
                "open_control_plane": settings.open_control_plane,
                "journal": {
                    "requests_max": journal.requests_max,
                    "bytes_max": journal.bytes_max,
                },
            }
        )

    def reset(self) -> Response:
        """Go back to the start."""
        fields = body() if request.get_data() else {}
        problems = control_validator("Reset").problems(fields)
        if problems:
            raise ControlError(
                422,
                f'{problems[0]}; send nothing, to reset all, or {{"user_id": "…"}}',
            )
        self._service.reset(fields.get("user_id"))
        return done()

    def document(self) -> Response:
        """The OpenAPI document of the control plane."""
        return say(control_document())
