"""One request as the journal keeps it: the request, what the mock did with it, and what was sent to the client."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from billing_mock.api.request import Request
from billing_mock.api.request_fields import RequestFields, fields_of_json
from billing_mock.faults import SentPart

if TYPE_CHECKING:
    from decimal import Decimal

    from billing_mock.api.answer import Answer
    from billing_mock.faults import Delivery, PlacedFault, Wait

_OUTSIDE = frozenset({401, 405, 413, 415, 422})
# From these a client knows whether it was charged; from others, such as 429 and 502, it does not.
_DEFINITE = frozenset({200, 400, 401, 403, 404, 405, 409, 413, 415, 422})
_MOVES_MONEY = frozenset({"debit", "credit", "plan"})


class Disposition(StrEnum):
    """What the mock did with a request: done, refused as documented, outside the contract, kept from the API by a fault, or failed (500 and above)."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    INVALID = "invalid"
    FAULT = "fault"
    FAILED = "failed"


class ClientKnowledge(StrEnum):
    """What the client can know of the outcome from what was sent to it.

    DEFINITE: whether the effect happened. INDEFINITE: it may have happened or not. LATE: it could
    know, but only after a delay that it may not have waited for.
    """

    DEFINITE = "definite"
    INDEFINITE = "indefinite"
    LATE = "late"


@dataclass(slots=True, eq=False)
class Record:
    """One request and its answer.

    `at` is in seconds since the epoch; `start` and `end` are in seconds of one monotonic clock, and
    `end` counts the wait of a fault, which `wait` may end early,
    and is the time of the hang-up where the client was seen to give up. `operation` is None where the request met none. `parsed` is
    what `Request.parsed_part` returned; the first use of `fields` puts the fields there. `id` and
    `size`, in bytes, are set by the journal.
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
    wait: Wait | None = field(default=None, repr=False)
    parsed: RequestFields | dict[str, Any] | None = field(default=None, repr=False)
    id: int = 0
    size: int = 0
    gave_up: bool = False

    @property
    def fields(self) -> RequestFields:
        """Return the fields of the request; all None where they cannot be read."""
        fields = self.parsed
        if not isinstance(fields, RequestFields):
            fields = self.parsed = (
                Request(None, self.query, None, self.body).fields
                if fields is None
                else fields_of_json(fields)
            )
        return fields

    @property
    def user_id(self) -> str | None:
        """Return the user that it is about."""
        return self.fields.user_id

    @property
    def units(self) -> Decimal | None:
        """Return the units that it is about."""
        return self.fields.units

    @property
    def ref(self) -> str | None:
        """Return the ref of a debit or credit."""
        return self.fields.ref

    @property
    def reason(self) -> str | None:
        """Return the reason of a debit or credit."""
        return self.fields.reason

    @property
    def status(self) -> int | None:
        """Return the status that the client was sent; None where nothing was."""
        if self.delivery.sent is SentPart.NOTHING:
            return None
        return self.delivery.answer.status

    @property
    def result(self) -> Answer | None:
        """Return the answer of the API; None where a fault kept the request from it."""
        return self.delivery.result

    @property
    def has_effect(self) -> bool:
        """Return whether it moved a balance."""
        return self.operation in _MOVES_MONEY and _is_ok(self.result)

    @property
    def knowledge(self) -> ClientKnowledge:
        """Return what the client can know of the outcome."""
        delivery = self.delivery
        status = delivery.answer.status
        # Of a refusal the contract fixes the status alone, so a garbled body hides nothing.
        unreadable = delivery.garbled and status == HTTPStatus.OK
        if delivery.sent is not SentPart.WHOLE or unreadable or self.gave_up:
            return ClientKnowledge.INDEFINITE
        if status not in _DEFINITE:
            return ClientKnowledge.INDEFINITE
        late = delivery.wait_seconds or delivery.body_seconds
        return ClientKnowledge.LATE if late else ClientKnowledge.DEFINITE

    @property
    def verdict(self) -> Disposition:
        """Return what the mock did with it."""
        if self.result is None:
            return Disposition.FAULT
        if _is_ok(self.result):
            return Disposition.ACCEPTED
        if self.result.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Disposition.FAILED
        if self.operation is None or self.result.status in _OUTSIDE:
            return Disposition.INVALID
        return Disposition.REFUSED


def _is_ok(answer: Answer | None) -> bool:
    return answer is not None and answer.status == HTTPStatus.OK
