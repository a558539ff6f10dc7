"""The parts of a contract: clauses, open choices, operations. All frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How binding a clause is."""

    MUST = "must"
    SHOULD = "should"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One testable promise.

    `text` is its one sentence, `source` the section of the document that it comes from.
    A provisional clause is about an operation that the document only hints at.
    """

    id: str
    level: Level
    text: str
    source: str
    provisional: bool = False

    @property
    def area(self) -> str:
        """What the clause is about: the first part of its id, such as `ref`."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of the answers to an open choice."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChoice:
    """What the document leaves to the service, with the option that the mock takes by default."""

    id: str
    question: str
    default: str
    why: str
    options: tuple[Option, ...]

    @property
    def option_ids(self) -> tuple[str, ...]:
        """The ids of the options, in the contract's order."""
        return tuple(option.id for option in self.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One query parameter of an operation."""

    name: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation: where it is, what it takes, which statuses it may answer.

    `request_schema` and `response_schema` are names of schemas in the contract; an operation
    without a body has no request schema. `response_schema` describes the answer of 200.
    """

    id: str
    method: str
    path: str
    summary: str
    provisional: bool
    parameters: tuple[Parameter, ...]
    request_schema: str | None
    response_schema: str
    statuses: frozenset[int]

    @property
    def short_name(self) -> str:
        """The word that tells it from the others: check, debit, balance, credit or plan."""
        return self.path.removeprefix("/internal/billing/").partition("/")[0]
