"""The parts of a contract as frozen dataclasses: clauses, open choices, operations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How binding a clause is: a deployment that breaks a MUST clause does not conform."""

    MUST = "must"
    SHOULD = "should"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One testable promise of the contract.

    `id` is its name, such as `ref.duplicate`; `text` is the promise in one sentence, `source` the
    section of the document that it comes from, and `hint` the usual cause in a service that breaks
    it. A provisional clause is about an operation that the document mentions without describing it.
    """

    id: str
    level: Level
    text: str
    source: str
    hint: str
    provisional: bool = False

    @property
    def area(self) -> str:
        """Return the first part of the id, such as `ref` for `ref.duplicate`."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to settle an open choice; `text` describes it in one sentence."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChoice:
    """A question that the document leaves to the service.

    `options` are the possible answers, `default` the id of the one that the mock takes, `why` the
    reason for that default.
    """

    id: str
    question: str
    default: str
    why: str
    options: tuple[Option, ...]

    @property
    def option_ids(self) -> tuple[str, ...]:
        """Return the ids of the options, in the contract's order."""
        return tuple(option.id for option in self.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A query parameter of an operation."""

    name: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation of the API: its method and path, its parameters, the statuses that it may answer.

    `request_schema` and `response_schema` are names of schemas in the contract. An operation
    without a request body has no request schema. `response_schema` describes the body of a 200.
    A provisional operation is mentioned in the document without being described.
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
        """Return the part of the path that distinguishes it: check, debit, balance, credit or plan."""
        return self.path.removeprefix("/internal/billing/").partition("/")[0]
