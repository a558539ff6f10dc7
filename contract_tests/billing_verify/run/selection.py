"""Which tests a run asks for, of those that pytest finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_verify.checks.schemathesis_checks import CLAUSES_OF_A_DEBIT
from billing_verify.clauses import clauses_of
from billing_verify.observations import observed_choice

if TYPE_CHECKING:
    import pytest

    from billing_verify.config.options import Options

_GENERATED_FILES = ("test_documented_answers.py", "test_provisional_answers.py")


def is_asked_for(item: pytest.Item, options: Options) -> bool:
    """Return whether a test is about a clause or an open choice that the run looks at."""
    if item.get_closest_marker("provisional") and not options.provisional:
        return False
    if observed_choice(item):
        return not options.clauses or options.observed is not None
    clauses = clauses_of(item)
    return not clauses or any(options.wants(clause) for clause in clauses)


def generates_in_vain(file_name: str, options: Options) -> bool:
    """Return whether a file of tests generates requests for none of the clauses that were named."""
    wanted = options.clauses.intersection(CLAUSES_OF_A_DEBIT)
    return bool(file_name in _GENERATED_FILES and options.clauses and not wanted)
