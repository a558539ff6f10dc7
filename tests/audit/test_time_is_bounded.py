"""The steps bound the time of a check, whatever the history: counted in lines of the checker that run."""

from __future__ import annotations

import sys
from decimal import Decimal

import pytest

from billing_audit import checker
from billing_audit.checker.check import Broken, Inconclusive, Linearizable, check
from tests.audit.operation_builders import duplicate, lost, reading, refused

STEPS = 20


def scanned_again_and_again(count):
    """Lost debits of one size, half of which come too late to be chosen and stand in front."""
    return [
        reading(2 * count, (20, 21)),
        *(lost(1, f"a{each}", 0) for each in range(count)),
        *(duplicate(1, f"a{each}", (0, 10)) for each in range(count)),
        *(lost(1, f"b{each}", 22) for each in range(count)),
        reading(count, (30, 31)),
    ], None


def fitting_nowhere(count):
    """Debits that duplicates tell of, and as many falls, each too large for one and too small for two."""
    return [
        *(reading(3 * (count - each), (each, each)) for each in range(count + 1)),
        *(lost(2, f"r{each}", 0) for each in range(count)),
        *(duplicate(2, f"r{each}", (count + 1, count + 2)) for each in range(count)),
    ], Decimal(3 * count)


def many_openings(count):
    """Debits that must have come before the first balance, with different sums, beside many others."""
    needed = range(12)
    return [
        reading(5, (0, 1)),
        reading(4, (2, 3)),
        *(lost(2**each, f"n{each}", 0) for each in needed),
        *(refused(10**7, f"n{each}", (0, 1)) for each in needed),
        *(duplicate(1, f"n{each}", (0, 4)) for each in needed),
        *(lost(each + 2, f"r{each}", 0) for each in range(count)),
    ], None


def one_ref_with_many_units(count):
    """One ref that was tried with many units, each of which the balance allows and the end forbids."""
    return [
        reading(count * count, (2, 3)),
        *(lost(2 * each + 2, "r", 0) for each in range(count)),
        *(lost(2, f"q{each}", 0) for each in range(9)),
        reading(count * count - 19, (5, 6)),
    ], None


SHAPES = {
    scanned_again_and_again: Inconclusive,
    fitting_nowhere: Broken,
    many_openings: Inconclusive,
    one_ref_with_many_units: Broken,
}


def lines_run(operations, opening):
    """Return the result of a check, and how many lines of the checker's modules ran."""
    [folder] = checker.__path__
    count = 0

    def trace(frame, event, _):
        nonlocal count
        if not frame.f_code.co_filename.startswith(folder):
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return check(operations, opening=opening, steps=STEPS), count
    finally:
        sys.settrace(before)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_time_grows_with_the_length_and_no_faster(shape):
    _, short = lines_run(*shape(150))

    result, long = lines_run(*shape(1200))

    assert isinstance(result, SHAPES[shape])
    assert long < 8 * 1.6 * short


def test_the_way_forward_through_a_long_history_takes_no_steps():
    count = 2000
    operations = [
        each
        for place in range(count)
        for each in (
            lost(1, f"r{place}", 2 * place),
            reading(count - place - 1, (2 * place + 1, 2 * place + 1)),
        )
    ]

    result = check(operations, opening=Decimal(count), steps=0)

    assert isinstance(result, Linearizable)


def test_looks_without_steps_back_end_a_search_too():
    operations, opening = scanned_again_and_again(600)

    result = check(operations, opening=opening, steps=0)

    assert isinstance(result, Inconclusive)
