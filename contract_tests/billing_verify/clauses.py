"""The mark that names the clauses of the contract that a test tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing_contract import load_contract

if TYPE_CHECKING:
    from billing_contract import Clause


def clause(*ids: str) -> pytest.MarkDecorator:
    """Mark a test with the clauses of the contract that it tests. Raises KeyError for an unknown id."""
    known = load_contract().clauses
    for each in ids:
        if each not in known:
            raise KeyError(f"{each!r} is no clause of the contract")
    return pytest.mark.clause(*ids)


def clauses_of(item: pytest.Item) -> list[Clause]:
    """Return the clauses that a test is marked with, in the order of its marks."""
    known = load_contract().clauses
    return [known[each] for mark in item.iter_markers("clause") for each in mark.args]
