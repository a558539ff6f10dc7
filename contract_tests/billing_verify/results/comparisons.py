"""Comparisons of the `assert` statements in contract tests, from pytest's objects to a description.

pytest hands the two compared objects to a hook just before it raises the AssertionError. Nothing
here reads the message of that error. In contract tests what came stands on the left of the
operator, and what was expected on its right.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing_verify.comparison import Comparison, with_letters
from billing_verify.errors import ExpectationError, UnreadableResponseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from billing_verify.client.exchange import Exchange, Response


class AssertComparisons:
    """The comparisons of one test's failed `assert` statements, each with the error that it raised.

    A property test fails in several examples, each with an error of its own.
    """

    def __init__(self) -> None:
        self._latest: Comparison | None = None
        self._of_errors: list[tuple[BaseException, Comparison]] = []

    def begin_test(self) -> None:
        """Forget the comparisons of the test before."""
        self.begin_example()
        self._of_errors.clear()

    def begin_example(self) -> None:
        """Forget a comparison whose error the test or example before caught itself."""
        self._latest = None

    def note(self, actual: Any, relation: str, expected: Any) -> None:
        """Keep the two sides of an `assert` that fails now; its error is raised next."""
        self._latest = Comparison(expected=expected, actual=actual, relation=relation)

    def assign_to(self, error: BaseException) -> None:
        """Assign the comparison that was noted last, if any, to the error that came of it."""
        if self._latest is not None and isinstance(error, AssertionError):
            self._of_errors.append((error, self._latest))
        self._latest = None

    def of(
        self, error: BaseException, exchanges: Sequence[Exchange] = ()
    ) -> Comparison | None:
        """Return the comparison that an error came of, None for an error that compares nothing.

        An error of a verifier carries its own. The body of a response is added to that of an
        `assert` where one of the exchanges, the latest first, has the value that came.
        """
        if isinstance(error, ExpectationError):
            return error.comparison
        for known, comparison in self._of_errors:
            if known is error:
                return replace(
                    comparison, body=_body_with(comparison.actual, exchanges)
                )
        return None


def describe(error: BaseException, comparison: Comparison | None = None) -> str:
    """Return what was expected and what came; the error's message where nothing was compared."""
    return with_letters(str(error)) if comparison is None else str(comparison)


def _body_with(value: Any, exchanges: Sequence[Exchange]) -> str | None:
    """Return the body of the latest response with this status, `allowed` or balance, None for none."""
    for exchange in reversed(exchanges):
        response = exchange.response
        if response and any(
            type(found) is type(value) and found == value for found in _values(response)
        ):
            return response.shown_body
    return None


def _values(response: Response) -> Iterator[Any]:
    yield response.status
    with suppress(UnreadableResponseError):
        yield response.allowed
    with suppress(UnreadableResponseError):
        yield response.balance
