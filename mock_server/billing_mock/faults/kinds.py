"""The kinds of fault, one class each.

A fault that acts before the API is asked keeps the debit from happening. One that acts after it
changes only what the client gets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from billing_mock.api.answer import JSON, Answer
from billing_mock.faults.delivery import Delivery, SentPart

if TYPE_CHECKING:
    from billing_mock.faults.delivery import FaultContext

BEFORE = "before"
SECONDS_MAX = 600  # as control.yaml has it
_NO_ANSWER = Answer(502, JSON, b"{}")
_P99 = NormalDist().inv_cdf(0.99)


class FaultError(ValueError):
    """A fault cannot be set. The message names the setting that is wrong, and what it must be."""


class Fault(Protocol):
    """The settings of one fault of some kind. Times are in seconds."""

    kind: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]

    async def act(self, call: FaultContext) -> Delivery:
        """Apply the fault to a call, and return what is delivered to the client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFault:
    """A fault that answers with a status, before the API is asked or after it has answered."""

    kind: ClassVar[str] = "status"
    status: int = 500
    acts: Literal["before", "after"] = "before"
    body: str | None = None
    content_type: str = JSON

    async def act(self, call: FaultContext) -> Delivery:
        """Return the status of this fault in place of the API's answer."""
        answer = self._answer(call)
        if self.acts == BEFORE:
            return Delivery(None, answer)
        return (await call.proceed())._replace(answer=answer)

    def _answer(self, call: FaultContext) -> Answer:
        if self.body is None:
            return call.refuse(
                self.status, f"a fault of the mock answers {self.status}"
            )
        return Answer(self.status, self.content_type, self.body.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayFault:
    """A fault that delays for a fixed number of seconds, before the API is asked or after it has answered."""

    kind: ClassVar[str] = "delay"
    seconds: float
    acts: Literal["before", "after"] = "after"

    async def act(self, call: FaultContext) -> Delivery:
        """Wait `seconds` before the call is passed on, or let its answer come that much later."""
        return await _late(call, self.seconds, self.acts)


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyFault:
    """A fault that delays for a log-normal time, given by its median and 99th percentile in seconds.

    Raises FaultError when the 99th percentile is below the median.
    """

    kind: ClassVar[str] = "latency"
    median_seconds: float
    p99_seconds: float
    acts: Literal["before", "after"] = "after"

    def __post_init__(self) -> None:
        if self.p99_seconds < self.median_seconds:
            raise FaultError("p99_seconds: must be at least median_seconds")

    async def act(self, call: FaultContext) -> Delivery:
        """Draw a time, and wait for it before the call is passed on, or let its answer come that much later."""
        spread = math.log(self.p99_seconds / self.median_seconds) / _P99
        seconds = self.median_seconds * math.exp(call.random.gauss(0, spread))
        return await _late(call, min(seconds, SECONDS_MAX), self.acts)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRequestFault:
    """A fault that closes the connection before the API is asked, so that nothing happens. `reset` closes with RST."""

    kind: ClassVar[str] = "drop_request"
    reset: bool = False

    async def act(self, call: FaultContext) -> Delivery:  # noqa: ARG002  the call ends here
        """Return a delivery of nothing, without asking the API."""
        return _nothing(reset=self.reset)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoseResponseFault:
    """A fault that closes the connection after the API has answered, which is what refs are for. `reset` closes with RST."""

    kind: ClassVar[str] = "lose_response"
    reset: bool = False

    async def act(self, call: FaultContext) -> Delivery:
        """Ask the API, and return a delivery of nothing."""
        return (await call.proceed())._replace(sent=SentPart.NOTHING, reset=self.reset)


@dataclass(frozen=True, slots=True, kw_only=True)
class TruncateBodyFault:
    """A fault that sends the head and half of the body, and then closes the connection."""

    kind: ClassVar[str] = "truncate_body"

    async def act(self, call: FaultContext) -> Delivery:
        """Ask the API, and return a delivery of half of its answer."""
        return (await call.proceed())._replace(sent=SentPart.PART)


@dataclass(frozen=True, slots=True, kw_only=True)
class GarbleBodyFault:
    """A fault that sends the right status with a body that is not JSON."""

    kind: ClassVar[str] = "garble_body"

    async def act(self, call: FaultContext) -> Delivery:
        """Ask the API, and replace the first byte of its answer by two that are not JSON."""
        delivery = await call.proceed()
        spoilt = b"\x00\xff" + delivery.answer.body[1:]
        return delivery._replace(
            answer=delivery.answer._replace(body=spoilt), garbled=True
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowBodyFault:
    """A fault that sends the head at once and the body byte by byte, over some seconds."""

    kind: ClassVar[str] = "slow_body"
    seconds: float

    async def act(self, call: FaultContext) -> Delivery:
        """Ask the API, and let its body take `seconds` longer."""
        delivery = await call.proceed()
        return delivery._replace(body_seconds=delivery.body_seconds + self.seconds)


async def _late(call: FaultContext, seconds: float, acts: str) -> Delivery:
    if acts == BEFORE:
        ended_early = await call.pause(seconds)
        return _nothing() if ended_early else await call.proceed()
    delivery = await call.proceed()
    return delivery._replace(wait_seconds=delivery.wait_seconds + seconds)


def _nothing(*, reset: bool = False) -> Delivery:
    return Delivery(None, _NO_ANSWER, SentPart.NOTHING, reset=reset)


KINDS: dict[str, type[Fault]] = {
    each.kind: each
    for each in (
        StatusFault,
        DelayFault,
        LatencyFault,
        DropRequestFault,
        LoseResponseFault,
        TruncateBodyFault,
        GarbleBodyFault,
        SlowBodyFault,
    )
}
