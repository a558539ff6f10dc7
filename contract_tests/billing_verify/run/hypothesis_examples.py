"""Keeps, of each example that Hypothesis runs, the requests and the comparison that its failure came of."""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from hypothesis.errors import HypothesisException

from billing_verify.client.settling import settle
from billing_verify.errors import MoneySpentError
from billing_verify.run.item_client import client_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest

    from billing_verify.client.billing_client import BillingClient
    from billing_verify.results.comparisons import AssertComparisons


@contextmanager
def record_examples(
    item: pytest.Item, comparisons: AssertComparisons
) -> Iterator[None]:
    """Begin a new trace with each example of a property test, and keep it with the error of one that fails.

    The comparison of an `assert` that failed is kept with its error, also in a test without examples.
    Errors are raised again as they are. Where the budget does not allow an example, it ends as if it
    had passed; where it allowed none, MoneySpentError is raised at the end.
    """
    comparisons.begin_test()
    handle = getattr(getattr(item, "obj", None), "hypothesis", None)
    client = client_of(item)
    if handle is None or client is None:
        try:
            with _assigning(comparisons):
                yield
        finally:
            if client is not None:
                settle(client)
        return
    inner, examples = (
        handle.inner_test,
        _Examples(client, comparisons),
    )
    handle.inner_test = examples.wrap(inner)
    try:
        yield
    finally:
        handle.inner_test = inner
    if examples.refusal and not examples.any_allowed:
        raise examples.refusal


class _Examples:
    """The examples of one property test. `refusal` is why the budget did not allow one of them."""

    def __init__(self, client: BillingClient, comparisons: AssertComparisons) -> None:
        self._client = client
        self._trace = client.transport.trace
        self._comparisons = comparisons
        self.refusal: MoneySpentError | None = None
        self.any_allowed = False

    def wrap(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        """Return a test of one example that records how it ends."""

        @wraps(inner)
        def run_example(*args: Any, **kwargs: Any) -> Any:
            self._trace.begin_example()
            self._comparisons.begin_example()
            try:
                with _assigning(self._comparisons):
                    result = inner(*args, **kwargs)
            except MoneySpentError as error:
                self.refusal = error
                return None
            except HypothesisException:
                raise
            except Exception as error:
                self._trace.end(error)
                raise
            finally:
                settle(self._client)
            self.any_allowed = True
            return result

        return run_example


@contextmanager
def _assigning(comparisons: AssertComparisons) -> Iterator[None]:
    try:
        yield
    except AssertionError as error:
        comparisons.assign_to(error)
        raise
