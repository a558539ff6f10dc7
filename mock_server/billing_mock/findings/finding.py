"""One finding: the rule, what happened, the requests that show it, and what to do instead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule's name for programs, its title for people, and the fix it asks for."""

    name: str
    title: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the mock noticed about the gateway. `requests` are ids in the journal."""

    rule: str
    title: str
    explanation: str
    fix: str
    user_id: str | None
    requests: tuple[int, ...]

    def __str__(self) -> str:
        numbers = ", ".join(map(str, self.requests))
        return f"{self.rule}: {self.explanation} Requests {numbers}. Fix: {self.fix}"
