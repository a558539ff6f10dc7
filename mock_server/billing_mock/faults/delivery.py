"""The outcome of one call: the answer of the API, and what of it is sent to the client."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from random import Random

    from billing_mock.api.answer import Answer


class SentPart(StrEnum):
    """How much of the answer goes out."""

    WHOLE = "whole"
    PART = "part"
    NOTHING = "nothing"


class Delivery(NamedTuple):
    """The answer to one call, and how it is sent.

    `result` is what the API answered, None where the call never reached it. `answer` is what is
    sent. The client waits `wait_seconds` for its first byte, and `body_seconds` more for the
    whole body. With `reset` a connection that is cut ends with RST.
    """

    result: Answer | None
    answer: Answer
    sent: SentPart = SentPart.WHOLE
    wait_seconds: float = 0.0
    body_seconds: float = 0.0
    reset: bool = False
    garbled: bool = False


class FaultContext(NamedTuple):
    """What a fault gets when it acts on a call.

    `await proceed()` passes the call on to the next fault, or to the API, and returns the delivery.
    `random` is the fault's own generator of random numbers. `await pause(seconds)` waits, and
    returns whether a reset ended the wait early. `refuse(status, detail)` returns a refusal as an
    answer.
    """

    proceed: Callable[[], Awaitable[Delivery]]
    random: Random
    pause: Callable[[float], Awaitable[bool]]
    refuse: Callable[[int, str], Answer]
