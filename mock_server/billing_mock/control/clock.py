"""The control plane's route /_mock/clock."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from billing_mock.control.json_http import (
    ControlError,
    Route,
    json_response,
    read_json,
)
from billing_mock.control_schema import control_validator
from billing_mock.ledger.expiry import read_expiry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Response

    from billing_mock.service import MockService

_UNITS: Final = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_DURATION: Final = re.compile(r"([+-]?\d{1,10})([dhms])", re.ASCII)


class ClockRoutes:
    """Views that show the mock's clock and turn it."""

    def __init__(self, service: MockService) -> None:
        self._clock = service.clock

    def routes(self) -> Iterator[Route]:
        """Yield HTTP method, path and view of each route."""
        yield "GET", "/clock", self.read_clock
        yield "PUT", "/clock", self.turn_clock

    def read_clock(self) -> Response:
        """Return the time that the clock shows, and how far it is ahead of the time of day."""
        return json_response(
            {
                "now": self._clock.now().isoformat().replace("+00:00", "Z"),
                "ahead_seconds": round(self._clock.ahead.total_seconds(), 6),
            }
        )

    def turn_clock(self) -> Response:
        """Turn the clock as the body says, and return what it shows then. Raises ControlError (422) for any other body."""
        fields = read_json()
        problems = control_validator("ClockTurn").problems(fields)
        if problems:
            raise ControlError(
                422,
                f'{problems[0]}; send {{"now": "2030-01-31T10:00:00Z"}} or {{"forward": "40d"}}',
            )
        try:
            self._turn(fields)
        except ValueError as error:
            raise ControlError(422, f"{next(iter(fields))}: {error}") from error
        return self.read_clock()

    def _turn(self, fields: dict[str, Any]) -> None:
        if "now" in fields:
            moment = read_expiry(fields["now"], self._clock.now())
            self._clock.set(datetime.fromisoformat(moment.upper()))
            return
        written = _DURATION.fullmatch(fields["forward"])
        if written is None:
            raise ValueError(
                f"must be a number with d, h, m or s, such as 40d or -2h, not {fields['forward']!r}"
            )
        try:
            by = timedelta(**{_UNITS[written[2]]: int(written[1])})
        except OverflowError:
            raise ValueError("must stay in the years 1970 to 9999") from None
        self._clock.forward(by)
