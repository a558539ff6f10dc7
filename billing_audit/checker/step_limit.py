"""The limit that bounds the time of the searches in one account."""

from __future__ import annotations

from typing import Final

# A step back takes about as long as this many looks at a candidate.
LOOKS_FOR_A_STEP: Final = 64


class OutOfStepsError(Exception):
    """Raised when a search has taken all the steps that it may take."""


class StepLimit:
    """What searches may still do: steps back, and looks at a candidate, of which many make a step.

    `free` is a number of candidates that may be looked at as often as a step each would allow, so
    that the way forward through a history of any length is not what the limit ends.
    """

    def __init__(self, steps: int, *, free: int = 0) -> None:
        self.steps = steps
        self.looks_left = (steps + free + 1) * LOOKS_FOR_A_STEP
        self._steps_left = steps

    def spend(self, steps: int) -> None:
        """Count steps back. Raises OutOfStepsError when more are taken than the limit allows."""
        self._steps_left -= steps
        self.look(steps * LOOKS_FOR_A_STEP)
        if self._steps_left < 0:
            raise OutOfStepsError

    def look(self, candidates: int) -> None:
        """Count looks at candidates. Raises OutOfStepsError when there are more than the limit allows."""
        self.looks_left -= candidates
        if self.looks_left < 0:
            raise OutOfStepsError
