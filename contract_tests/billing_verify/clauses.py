"""How a test names its clause, and the three ways in which it can end without a plain assertion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from billing_contract import load_contract

if TYPE_CHECKING:
    from billing_contract import Clause


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing for people: as text for a terminal, and as SVG for a page."""

    text: str
    svg: str


class ClauseBrokenError(AssertionError):
    """A clause is broken, named by its id, for tests that watch several clauses at once."""

    def __init__(
        self, clause_id: str, message: str, *, timeline: Picture | None = None
    ) -> None:
        super().__init__(message)
        self.clause_id = clause_id
        self.timeline = timeline


class PremiseError(Exception):
    """A step before the claim failed, so that the claim could not be judged: *not tested*."""


class NotTestableError(Exception):
    """The target or its operator does not give what the test needs: *not tested*, with the remedy."""


def clause(*ids: str) -> pytest.MarkDecorator:
    """Mark a test with the clauses of the contract that it tests. Raises KeyError for an unknown id."""
    known = load_contract().clauses
    for each in ids:
        if each not in known:
            raise KeyError(f"{each!r} is no clause of the contract")
    return pytest.mark.clause(*ids)


def clauses_of(item: pytest.Item) -> list[Clause]:
    """The clauses that a test is marked with."""
    known = load_contract().clauses
    return [known[each] for mark in item.iter_markers("clause") for each in mark.args]
