"""The control plane under /_mock/, as control.yaml describes it. No part of the billing contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from billing_mock.control.accounts import Accounts
from billing_mock.control.faults import Faults
from billing_mock.control.guard import Guard
from billing_mock.control.json_http import ControlError, say
from billing_mock.control.requests import Requests
from billing_mock.control.status import Mock

if TYPE_CHECKING:
    from billing_mock.service import MockService


def control_plane(service: MockService) -> Blueprint:
    """The routes, over one service."""
    control = Blueprint("control", __name__, url_prefix="/_mock")
    control.before_request(Guard(service.settings).check)
    control.register_error_handler(
        ControlError, lambda error: say({"detail": str(error)}, error.status)
    )
    for part in (Accounts, Faults, Requests, Mock):
        for method, path, view in part(service).routes():
            control.add_url_rule(
                path,
                view.__name__,
                view,
                methods=[method],
                provide_automatic_options=False,
            )
    return control
