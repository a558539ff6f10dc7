"""Which tests a run asks for, of those that pytest finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_verify.checks.schemathesis_checks import CLAUSES_OF_A_DEBIT
from billing_verify.clauses import clauses_of
from billing_verify.observations import observed_choice

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from billing_verify.config.options import Options

_ONE_OF_OURS = "test_idempotency.py"
_SEVERAL_CLAUSES = "@clause(*"
_OBSERVES = "@observes("
_GENERATED_FILES = ("test_documented_answers.py", "test_provisional_answers.py")


def is_asked_for(item: pytest.Item, options: Options) -> bool:
    """Return whether a test is about a clause or an open choice that the run looks at."""
    if item.get_closest_marker("provisional") and not options.provisional:
        return False
    if observed_choice(item):
        return not options.clauses or options.observed is not None
    clauses = clauses_of(item)
    return not clauses or any(options.wants(clause) for clause in clauses)


def is_in_vain(file: Path, options: Options) -> bool:
    """Return whether a file of contract tests has no test that the run asks for, as far as its text shows.

    Reading the text costs less than importing it, and generating requests takes a second.
    """
    if not options.clauses or not (file.parent / _ONE_OF_OURS).is_file():
        return False
    if file.name in _GENERATED_FILES:
        return options.clauses.isdisjoint(CLAUSES_OF_A_DEBIT)
    text = file.read_text(encoding="utf-8")
    wanted = [f'"{each}"' for each in options.clauses]
    wanted += [_SEVERAL_CLAUSES, *([_OBSERVES] if options.observed else [])]
    return not any(each in text for each in wanted)
