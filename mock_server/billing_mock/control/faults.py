"""The control plane's routes under /_mock/faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request

from billing_mock.control.json_http import (
    ControlError,
    Route,
    empty_response,
    json_response,
    read_json,
)
from billing_mock.faults import FaultError, fault_from_json
from billing_mock.steady_clock import seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_mock.service import MockService


class FaultRoutes:
    """Views that list, add and remove faults."""

    def __init__(self, service: MockService) -> None:
        self._faults = service.pipeline.faults

    def routes(self) -> Iterator[Route]:
        """Yield HTTP method, path and view of each route."""
        yield "GET", "/faults", self.list_faults
        yield "POST", "/faults", self.add_fault
        yield "DELETE", "/faults/<int:fault_id>", self.remove_fault

    def list_faults(self) -> Response:
        """Return every fault, or the faults of the user that the query names."""
        return json_response(
            {"faults": self._faults.listed(request.args.get("user_id"))}
        )

    def add_fault(self) -> Response:
        """Add the fault of the body and return it. Raises ControlError (422) when it is not valid."""
        try:
            placed = self._faults.add(*fault_from_json(read_json()))
        except FaultError as error:
            raise ControlError(422, str(error)) from error
        return json_response(placed.as_json(now=seconds()), 201)

    def remove_fault(self, fault_id: int) -> Response:
        """Remove a fault. Raises ControlError (404) when there is none with this id."""
        if not self._faults.remove(fault_id):
            raise ControlError(
                404, f"no fault {fault_id}; GET /_mock/faults lists them"
            )
        return empty_response()
