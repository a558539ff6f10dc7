"""What is no violation, what cannot be decided, and the result for it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from billing_audit.checker.check import (
    Broken,
    Inconclusive,
    Linearizable,
    check,
)
from billing_audit.findings import judge
from billing_audit.history import Opening, history_of
from tests.audit.operation_builders import (
    charged,
    checked,
    duplicate,
    failed,
    lost,
    reading,
    refused,
)

FIRST = charged(2, "r1", (0, 1), leaves=8)
# The search tries 6 first, and has to step back once.
PUZZLE = [lost(6, "r6", 0), lost(5, "r5", 0), lost(5, "r7", 0), reading(0, (1, 2))]

EXPLAINED = {
    "nothing at all": ([], []),
    "a debit and what it left": ([FIRST, reading(8, (2, 3))], []),
    "a reading from before, at the same time": ([FIRST, reading(10, (0, 1))], []),
    "a tie, which is concurrent": ([FIRST, reading(10, (1, 2))], []),
    "a check at the boundary": ([checked(10, (0, 1), allowed=True, balance=10)], []),
    "a check above it": ([checked(11, (0, 1), allowed=False, balance=10)], []),
    "the whole balance": ([charged(10, "r1", (0, 1), leaves=0)], []),
    "a duplicate during its debit": ([FIRST, duplicate(9, "r1", (0, 1))], []),
    "a refusal that leaves the ref free": (
        [FIRST, refused(9, "r2", (2, 3)), charged(8, "r2", (4, 5), leaves=0)],
        [],
    ),
    "refusals that say nothing of money": (
        [refused(1, "r1", (0, 1), status=status) for status in (401, 404, 422, 429)],
        [],
    ),
    "a reading that failed": (
        [replace(reading(3, (0, 1)), status=500, balance=None)],
        [],
    ),
    "a lost debit that never was": ([lost(2, "r2", 0), reading(10, (1, 2))], []),
    "a lost debit that shows": (
        [hidden := lost(2, "r2", 0), reading(8, (1, 2))],
        [hidden],
    ),
    "a failed debit that shows after its end": (
        [hidden := failed(2, "r2", (0, 1)), reading(10, (2, 3)), reading(8, (4, 5))],
        [hidden],
    ),
    "a gateway that timed out": (
        [hidden := failed(2, "r2", (0, 1), status=408), reading(8, (2, 3))],
        [hidden],
    ),
    "an unknown status": (
        [hidden := failed(2, "r2", (0, 1), status=202), reading(8, (2, 3))],
        [hidden],
    ),
    "a retry that learns of its success": (
        [hidden := lost(2, "r2", 0), duplicate(2, "r2", (1, 2)), reading(8, (3, 4))],
        [hidden],
    ),
    "a duplicate that ends when a reading from before begins": (
        [hidden := lost(2, "r2", 0), duplicate(2, "r2", (1, 2)), reading(10, (2, 3))],
        [hidden],
    ),
    "a lost debit that begins when a reading of its effect ends": (
        [hidden := lost(2, "r2", 1), reading(8, (0, 1))],
        [hidden],
    ),
    "a retry that succeeds": (
        [lost(2, "r1", 0), charged(2, "r1", (1, 2), leaves=8)],
        [],
    ),
    "attempts of different units with one ref": (
        [lost(3, "r2", 0), hidden := lost(2, "r2", 0), reading(8, (3, 4))],
        [hidden],
    ),
    "the earlier of two equal attempts": (
        [lost(2, "r2", 3), hidden := lost(2, "r2", 0), reading(8, (1, 2))],
        [hidden],
    ),
    "two lost debits in one fall": (
        [one := lost(2, "r2", 0), reading(5, (3, 4)), other := lost(3, "r3", 0)],
        [other, one],
    ),
    "a refusal that a lost debit explains": (
        [hidden := lost(9, "r2", 0), refused(2, "r3", (1, 2))],
        [hidden],
    ),
    "a lost debit of zero units": ([lost(0, "r2", 0), reading(10, (1, 2))], []),
    "a lost debit of negative units": ([lost(-1, "r2", 0), reading(10, (1, 2))], []),
    "a duplicate that forbids the first choice": (
        [
            lost(2, "r2", 0),
            one := lost(1, "r3", 0),
            other := lost(1, "r4", 0),
            duplicate(1, "r3", (4, 5)),
            reading(8, (6, 7)),
        ],
        [one, other],
    ),
    "a ref whose other attempt is needed": (
        [
            lost(2, "r2", 0),
            other := lost(3, "r2", 0),
            one := lost(2, "r3", 0),
            reading(8, (1, 2)),
            reading(5, (3, 4)),
        ],
        [one, other],
    ),
    "a ref that was refused above a balance": (
        [
            lost(2, "r2", 0),
            refused(5, "r2", (0, 9)),
            hidden := lost(2, "r3", 1),
            charged(7, "r1", (2, 3), leaves=1),
        ],
        [hidden],
    ),
    "a due duplicate before a free choice": (
        [
            lost(2, "r2", 0),
            hidden := lost(2, "r3", 0),
            duplicate(2, "r3", (1, 2)),
            reading(8, (3, 4)),
        ],
        [hidden],
    ),
}


@pytest.mark.parametrize(
    ("operations", "hidden"), EXPLAINED.values(), ids=EXPLAINED.keys()
)
def test_some_order_explains(operations, hidden):
    result = check(operations, opening=Decimal(10))

    assert result == Linearizable(Decimal(10), tuple(hidden))


UNOPENED = {
    "nothing": ([], 0),
    "readings alone": ([reading(8, (0, 1)), FIRST], 10),
    "a refusal alone": ([refused(3, "r1", (0, 1))], 0),
    "a duplicate of a debit from before": ([duplicate(3, "r1", (0, 1))], 0),
    "a lost debit after the first balance": ([lost(2, "r1", 0), reading(8, (1, 2))], 8),
    "a lost debit that has to come before a success": (
        [
            lost(1, "r1", 0),
            refused(3, "r1", (4, 5)),
            charged(1, "r3", (0, 7), leaves=0),
            duplicate(1, "r1", (3, 7)),
        ],
        2,
    ),
    "a lost debit that has to come before the first balance": (
        [
            refused(9, "r1", (0, 1)),
            lost(2, "r1", 2),
            duplicate(2, "r1", (3, 4)),
            reading(5, (5, 6)),
        ],
        7,
    ),
    "a lost debit and no balance": (
        [refused(9, "r1", (0, 1)), lost(2, "r1", 2), duplicate(2, "r1", (3, 4))],
        2,
    ),
}


@pytest.mark.parametrize(
    ("operations", "opening"), UNOPENED.values(), ids=UNOPENED.keys()
)
def test_an_unknown_opening_is_found(operations, opening):
    result = check(operations)

    assert isinstance(result, Linearizable)
    assert result.opening == Decimal(opening)


def test_without_an_opening_a_ref_that_was_free_and_then_used_needs_its_debit():
    result = check(
        [refused(9, "r1", (0, 1)), duplicate(9, "r1", (2, 3)), reading(5, (0, 9))]
    )

    assert isinstance(result, Broken)
    assert "no debit with its ref can have taken effect" in result.sentence


def test_amounts_of_any_precision_are_exact():
    step = Decimal("0.000000000000000000000000000001")
    balance = Decimal("9999999999.999999999999999999999999999999")

    result = check(
        [charged(step, "r1", (0, 1), leaves=balance)], opening=Decimal(10**10)
    )

    assert result == Linearizable(Decimal(10**10))


ZERO = {
    "a success": [charged(0, "r1", (0, 1), leaves=10)],
    "a lost one that a duplicate tells of": [
        lost(0, "r1", 0),
        duplicate(0, "r1", (1, 2)),
    ],
}


@pytest.mark.parametrize("operations", ZERO.values(), ids=ZERO.keys())
def test_debits_of_zero_units_are_inconclusive(operations):
    result = check(operations, opening=Decimal(10))

    assert isinstance(result, Inconclusive)
    assert "zero units" in result.reason


def test_running_out_of_steps_is_inconclusive():
    result = check(PUZZLE, opening=Decimal(10), steps=0)

    assert isinstance(result, Inconclusive)
    assert "0 steps were not enough to tell which of the 3 debits" in result.reason


def test_with_enough_steps_the_same_history_has_its_order():
    result = check(PUZZLE, opening=Decimal(10), steps=1)

    assert result == Linearizable(Decimal(10), (PUZZLE[1], PUZZLE[2]))


def test_a_fall_that_nothing_adds_up_to_is_broken_however_few_the_steps():
    result = check(PUZZLE, opening=Decimal(9), steps=0)

    assert isinstance(result, Broken)
    assert "add up to 9" in result.sentence


@pytest.mark.parametrize(("steps", "unclear"), [(1, []), (0, ["u2", "u1"])])
def test_accounts_are_judged_apart_each_with_steps_of_its_own(steps, unclear):
    history = history_of(
        [
            *(replace(operation, user_id="u2") for operation in PUZZLE),
            *PUZZLE,
            Opening("u1", Decimal(10)),
            Opening("u2", Decimal(10)),
            Opening("u3", Decimal(10)),
        ]
    )

    findings = judge(history, steps=steps)

    assert [each.user_id for each in findings.inconclusive] == unclear
    assert findings.broken == []
    assert findings.accounts == 3


UNFINISHED = {
    "an end": FIRST.__class__(
        "u1", Decimal(2), "r1", Decimal(0), None, 200, Decimal(8)
    ),
    "a balance": FIRST.__class__(
        "u1", Decimal(2), "r1", Decimal(0), Decimal(1), 200, None
    ),
}


@pytest.mark.parametrize(
    ("missing", "operation"), UNFINISHED.items(), ids=UNFINISHED.keys()
)
def test_an_answer_without_what_it_needs_is_refused(missing, operation):
    with pytest.raises(ValueError, match=f"has to have {missing}"):
        check([operation])
