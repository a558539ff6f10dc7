"""One request as the journal keeps it: what was asked, what the mock made of it, what the client saw."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

from billing_contract import NotJsonError, parse_json
from billing_mock.faults import SentPart

if TYPE_CHECKING:
    from threading import Event

    from billing_mock.api.answer import Answer
    from billing_mock.faults import Delivery, PlacedFault

NAMES_MAX = 50  # so many names of fields are looked at
_OUTSIDE = frozenset({401, 405, 413, 415, 422})
# What tells a client whether it was charged; 429, say, and 502 do not.
_SETTLING = frozenset({200, 400, 401, 403, 404, 405, 409, 413, 415, 422})
_MOVES_MONEY = frozenset({"debit", "credit", "plan"})


class Disposition(StrEnum):
    """What the mock made of a request: done, refused as documented, outside the contract, or kept from the API by a fault."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    INVALID = "invalid"
    FAULT = "fault"


class ClientKnowledge(StrEnum):
    """What the client can know of the outcome after what it got to see."""

    DEFINITE = "definite"
    INDEFINITE = "indefinite"
    LATE = "late"


class Said(NamedTuple):
    """The fields that the journal reads, None where they are absent or of another type, and the names of all."""

    user_id: str | None
    units: Decimal | None
    ref: str | None
    reason: str | None
    names: frozenset[str]


@dataclass(slots=True, eq=False)
class Record:
    """One request and its answer. Times: `at` seconds since the epoch, `start` and `end` on one clock.

    `operation` is None where the request met none. `end` counts the wait of a fault.
    """

    at: float
    start: float
    end: float
    operation: str | None
    method: str
    path: str
    query: str
    body: bytes
    delivery: Delivery
    faults: tuple[PlacedFault, ...] = ()
    waits: Event | None = field(default=None, repr=False)
    id: int = 0
    gave_up: bool = False
    _said: Said | None = field(default=None, repr=False)

    @property
    def said(self) -> Said:
        """What the request says; nothing where it cannot be read."""
        if self._said is None:
            self._said = said(self.query, self.body)
        return self._said

    @property
    def user_id(self) -> str | None:
        """Whom it is about."""
        return self.said.user_id

    @property
    def units(self) -> Decimal | None:
        """How much it is about."""
        return self.said.units

    @property
    def ref(self) -> str | None:
        """The ref of a debit or credit."""
        return self.said.ref

    @property
    def reason(self) -> str | None:
        """The reason of a debit or credit."""
        return self.said.reason

    @property
    def status(self) -> int | None:
        """What the client was sent; None where nothing was."""
        if self.delivery.sent is SentPart.NOTHING:
            return None
        return self.delivery.answer.status

    @property
    def result(self) -> Answer | None:
        """What the API answered; None where a fault kept the request from it."""
        return self.delivery.result

    @property
    def has_effect(self) -> bool:
        """Whether it moved a balance."""
        return self.operation in _MOVES_MONEY and _is_ok(self.result)

    @property
    def knowledge(self) -> ClientKnowledge:
        """What the client can know of the outcome."""
        delivery = self.delivery
        status = delivery.answer.status
        # Of a refusal the contract fixes the status alone, so a garbled body hides nothing.
        unreadable = delivery.garbled and status == HTTPStatus.OK
        if delivery.sent is not SentPart.WHOLE or unreadable or self.gave_up:
            return ClientKnowledge.INDEFINITE
        if status not in _SETTLING:
            return ClientKnowledge.INDEFINITE
        late = delivery.wait_seconds or delivery.body_seconds
        return ClientKnowledge.LATE if late else ClientKnowledge.DEFINITE

    @property
    def verdict(self) -> Disposition:
        """What the mock made of it."""
        if self.result is None:
            return Disposition.FAULT
        if _is_ok(self.result):
            return Disposition.ACCEPTED
        if self.operation is None or self.result.status in _OUTSIDE:
            return Disposition.INVALID
        return Disposition.REFUSED


def _is_ok(answer: Answer | None) -> bool:
    return answer is not None and answer.status == HTTPStatus.OK


def said(query: str, body: bytes) -> Said:
    """What a request says, in its body or else in its query; nothing where it cannot be read."""
    fields = _fields(query, body)
    units = fields.get("units")
    names = itertools.islice(fields, NAMES_MAX)
    return Said(
        _text(fields.get("user_id")),
        units if isinstance(units, Decimal) else None,
        _text(fields.get("ref")),
        _text(fields.get("reason")),
        frozenset(names),
    )


def _fields(query: str, body: bytes) -> dict[str, Any]:
    if not body:
        return dict(
            reversed(parse_qsl(query, keep_blank_values=True, errors="replace"))
        )
    try:
        fields = parse_json(body)
    except NotJsonError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
