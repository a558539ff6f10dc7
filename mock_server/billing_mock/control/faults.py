"""Faults: set, listed, taken away."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import Response, request

from billing_mock.control.json_http import ControlError, Route, body, done, say
from billing_mock.faults import FaultError, fault_from_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_mock.service import MockService


class Faults:
    """The routes under faults."""

    def __init__(self, service: MockService) -> None:
        self._faults = service.conversation.faults

    def routes(self) -> Iterator[Route]:
        """Method, path and view of each."""
        yield "GET", "/faults", self.list_faults
        yield "POST", "/faults", self.add_fault
        yield "DELETE", "/faults/<int:fault_id>", self.remove_fault

    def list_faults(self) -> Response:
        """Every fault, or those for one user."""
        return say({"faults": self._faults.listed(request.args.get("user_id"))})

    def add_fault(self) -> Response:
        """Set a fault."""
        try:
            placed = self._faults.add(*fault_from_json(body()))
        except FaultError as error:
            raise ControlError(422, str(error)) from error
        return say(placed.as_json(now=time.monotonic()), 201)

    def remove_fault(self, fault_id: int) -> Response:
        """Take a fault away."""
        if not self._faults.remove(fault_id):
            raise ControlError(
                404, f"no fault {fault_id}; GET /_mock/faults lists them"
            )
        return done()
