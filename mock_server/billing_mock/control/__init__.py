"""The control plane: the routes under /_mock/, as control.yaml describes them. No part of the billing contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint
from werkzeug.routing import BaseConverter

from billing_mock.control.accounts import AccountRoutes
from billing_mock.control.clock import ClockRoutes
from billing_mock.control.faults import FaultRoutes
from billing_mock.control.guard import Guard
from billing_mock.control.json_http import ControlError, json_response
from billing_mock.control.requests import RequestRoutes
from billing_mock.control.status import StatusRoutes

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState

    from billing_mock.service import MockService


def control_plane(service: MockService) -> Blueprint:
    """Return a Flask blueprint with the routes of the control plane for one service."""
    control = Blueprint("control", __name__, url_prefix="/_mock")
    control.record_once(_add_converter)
    control.before_request(Guard(service.settings).check_access)
    control.register_error_handler(
        ControlError, lambda error: json_response({"detail": str(error)}, error.status)
    )
    for part in (AccountRoutes, ClockRoutes, FaultRoutes, RequestRoutes, StatusRoutes):
        for method, path, view in part(service).routes():
            control.add_url_rule(
                path,
                view.__name__,
                view,
                methods=[method],
                provide_automatic_options=False,
            )
    return control


class _UserIdConverter(BaseConverter):
    """The rest of a path as a user id, whatever characters it has: slashes and line ends too."""

    regex = "(?s:.+)"
    part_isolating = False


def _add_converter(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["user_id"] = _UserIdConverter
