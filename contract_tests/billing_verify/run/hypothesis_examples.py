"""Keeps, of each example that Hypothesis runs, the requests and the comparison that its failure came of."""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from hypothesis.errors import HypothesisException

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from billing_verify.results.comparisons import AssertComparisons


@contextmanager
def record_examples(
    item: pytest.Item, comparisons: AssertComparisons
) -> Iterator[None]:
    """Begin a new trace with each example of a property test, and keep it with the error of one that fails.

    The comparison of an `assert` that failed is kept with its error, also in a test without examples.
    Errors are raised again as they are.
    """
    comparisons.begin_test()
    handle = getattr(getattr(item, "obj", None), "hypothesis", None)
    client = getattr(item, "funcargs", {}).get("billing")
    if handle is None or client is None:
        with _assigning(comparisons):
            yield
        return
    inner, trace = handle.inner_test, client.transport.trace

    @wraps(inner)
    def run_example(*args: Any, **kwargs: Any) -> Any:
        trace.begin_example()
        comparisons.begin_example()
        try:
            with _assigning(comparisons):
                return inner(*args, **kwargs)
        except HypothesisException:
            raise
        except Exception as error:
            trace.end(error)
            raise

    handle.inner_test = run_example
    try:
        yield
    finally:
        handle.inner_test = inner


@contextmanager
def _assigning(comparisons: AssertComparisons) -> Iterator[None]:
    try:
        yield
    except AssertionError as error:
        comparisons.assign_to(error)
        raise
