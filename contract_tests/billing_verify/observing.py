"""How a test tells what a deployment chose where the document leaves the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest

from billing_contract import load_contract

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

    from billing_verify.client.exchange import Response

Tried = TypeVar("Tried")
_REFUSED = (400, 413, 422)


def observes(choice_id: str) -> pytest.MarkDecorator:
    """Mark a test with the open choice that it observes. Raises KeyError for an unknown id."""
    return pytest.mark.observes(load_contract().open_choices[choice_id].id)


class Observed:
    """What one test saw: an option of its choice, or else a description of what came."""

    def __init__(self) -> None:
        self.option: str | None = None
        self.other: str | None = None

    def among(self, seen: Hashable, options: Mapping[Hashable, str]) -> None:
        """Take the option that belongs to what was seen."""
        self.option = options.get(seen)
        self.other = None if self.option else f"something else: {seen}"


def first_refused(
    ask: Callable[[Tried], Response], values: Iterable[Tried]
) -> Tried | None:
    """The first of the growing values that is refused as wrong data."""
    return next((value for value in values if ask(value).status in _REFUSED), None)
