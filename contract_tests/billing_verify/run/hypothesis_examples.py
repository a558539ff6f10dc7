"""Keeps the story of the example that failed, among the many that Hypothesis runs."""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from hypothesis.errors import HypothesisException

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest


@contextmanager
def watched(item: pytest.Item) -> Iterator[None]:
    """Each example of a property test begins a story of its own; where one fails, its story is kept."""
    handle = getattr(getattr(item, "obj", None), "hypothesis", None)
    client = getattr(item, "funcargs", {}).get("billing")
    if handle is None or client is None:
        yield
        return
    inner, trace = handle.inner_test, client.transport.trace

    @wraps(inner)
    def example(*args: Any, **kwargs: Any) -> Any:
        trace.begin_example()
        try:
            return inner(*args, **kwargs)
        except HypothesisException:
            raise
        except Exception as error:
            trace.end(error)
            raise

    handle.inner_test = example
    try:
        yield
    finally:
        handle.inner_test = inner
