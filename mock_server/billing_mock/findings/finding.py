"""A finding: the rule, what happened, the requests that show it, and how to fix the gateway."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A kind of mistake: its stable name (for JSON and `ignore`), its title for people, and how to fix the gateway."""

    name: str
    title: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A mistake of the gateway that requests in the journal show.

    `rule` is the rule's name; `requests` are the ids of the requests; `user_id` is None where the
    requests name no user.
    """

    rule: str
    title: str
    explanation: str
    fix: str
    user_id: str | None
    requests: tuple[int, ...]

    def __str__(self) -> str:
        numbers = ", ".join(map(str, self.requests))
        return f"{self.rule}: {self.explanation} Requests {numbers}. Fix: {self.fix}"
