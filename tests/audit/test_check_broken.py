"""Every kind of violation, with the sentence and the operations that its author is shown."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest

from billing_audit.checker.check import Broken, Claim, check
from billing_audit.checker.contradictions import Contradiction
from billing_audit.checker.counterexamples import counterexample
from billing_audit.wording import describe
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
SECOND = charged(2, "r2", (2, 3), leaves=6)

BROKEN = {
    "a ref that debits twice": (
        [FIRST, again := charged(2, "r1", (2, 3), leaves=6)],
        "Two debits with the ref 'r1' were answered 200",
        [FIRST, again],
    ),
    "a lost update": (
        [FIRST, same := charged(2, "r2", (0, 1), leaves=8)],
        "Two debits took their units from the same balance of 10",
        [FIRST, same],
    ),
    "a lost update by different units": (
        [FIRST, other := charged(3, "r2", (0, 1), leaves=7)],
        "Two debits took their units from the same balance of 10",
        [FIRST, other],
    ),
    "two debits that end at one balance": (
        [FIRST, ends := charged(1, "r2", (0, 1), leaves=8)],
        "took the balance down from 10 in one step, but another operation tells of 9",
        [FIRST, ends],
    ),
    "a balance in the middle of a debit": (
        [FIRST, seen := reading(9, (0, 1))],
        "took the balance down from 10 in one step, but another operation tells of 9",
        [FIRST, seen],
    ),
    "a rounded balance": (
        [
            first := charged("0.1", "r1", (0, 1), leaves="9.9"),
            late := reading(10, (2, 3)),
        ],
        "A reading (200, balance 10) began after a debit of 0.1 with ref 'r1' (200, balance 9.9)",
        [first, late],
    ),
    "more than the opening": (
        [seen := reading(12, (0, 1))],
        "A balance of 12 is more than the opening balance of 10",
        [seen],
    ),
    "an overdraft": (
        [below := charged(12, "r1", (0, 1), leaves=-2)],
        "it took more than there was",
        [below],
    ),
    "negative units that succeed": (
        [credit := charged(-2, "r1", (0, 1), leaves=12)],
        "negative units have to be refused",
        [credit],
    ),
    "a check that allows too much": (
        [asked := checked(11, (0, 1), allowed=True, balance=10)],
        "A check of 11 (200, allowed, balance 10): allowed has to be true exactly",
        [asked],
    ),
    "a check that allows too little": (
        [asked := checked(10, (0, 1), allowed=False, balance=10)],
        "A check of 10 (200, not allowed, balance 10): allowed has to be true exactly",
        [asked],
    ),
    "a stale reading": (
        [FIRST, stale := reading(10, (2, 3))],
        "it has to come first: the one stands at 10, the other on the way from 10 to 8",
        [FIRST, stale],
    ),
    "a reading of the future": (
        [early := reading(8, (0, 1)), first := charged(2, "r1", (2, 3), leaves=8)],
        "began after a reading (200, balance 8) had ended, yet it has to come first",
        [early, first],
    ),
    "debits in the wrong order": (
        [
            early := charged(2, "r2", (0, 1), leaves=6),
            late := charged(2, "r1", (2, 3), leaves=8),
        ],
        "the one stands on the way from 10 to 8, the other on the way from 8 to 6",
        [early, late],
    ),
    "a duplicate before its debit": (
        [
            early := duplicate(2, "r1", (0, 1)),
            first := charged(2, "r1", (2, 3), leaves=8),
        ],
        "the one stands on the way from 10 to 8, the other at 8 or less",
        [early, first],
    ),
    "a ref refused for money after it succeeded": (
        [
            first := charged(9, "r1", (0, 1), leaves=1),
            late := refused(11, "r1", (2, 3)),
        ],
        "the one stands below 11, 10 or more, the other on the way from 10 to 1",
        [first, late],
    ),
    "a refusal before its ref succeeded from enough": (
        [early := refused(2, "r1", (0, 5)), FIRST],
        "though its ref succeeded from a balance of 10: until then there had been enough",
        [early, FIRST],
    ),
    "a refusal though there was always enough": (
        [FIRST, refusal := refused(8, "r2", (2, 3))],
        "A debit of 8 with ref 'r2' (403), but the balance cannot have been below 8",
        [refusal, FIRST],
    ),
    "a refusal that only too large a lost debit could explain": (
        [FIRST, refusal := refused(8, "r2", (2, 3)), lost(9, "r3", 0)],
        "A debit of 8 with ref 'r2' (403), but the balance cannot have been below 8",
        [refusal, FIRST],
    ),
    "a refusal and a duplicate that exclude each other": (
        [
            FIRST,
            attempt := lost(6, "r2", 0),
            conflict := duplicate(6, "r2", (2, 3)),
            refusal := refused(7, "r2", (4, 5)),
        ],
        "but no debit with its ref can have taken effect before",
        [refusal, attempt, conflict],
    ),
    "duplicates of lost debits that exceed the balance together": (
        [
            FIRST,
            lost(6, "r2", 0),
            conflict := duplicate(6, "r2", (2, 3)),
            lost(5, "r3", 0),
            duplicate(5, "r3", (2, 3)),
        ],
        "it fails at the latest after the last known balance of 8",
        [FIRST, conflict],
    ),
    "a refusal before the balance was too low": (
        [early := refused(9, "r2", (0, 1)), late := charged(2, "r1", (2, 3), leaves=8)],
        "the one stands on the way from 10 to 8, the other below 9",
        [early, late],
    ),
    "a duplicate of a ref that nobody used": (
        [fresh := duplicate(2, "r1", (0, 1))],
        "A debit of 2 with ref 'r1' (409), but no debit with its ref can have taken effect",
        [fresh],
    ),
    "a duplicate that ended before the only attempt": (
        [early := duplicate(2, "r1", (0, 1)), attempt := lost(2, "r1", 2)],
        "A debit of 2 with ref 'r1' (409), but no debit with its ref can have taken effect",
        [attempt, early],
    ),
    "a duplicate of an attempt that was never charged": (
        [
            attempt := lost(2, "r1", 0),
            after := duplicate(2, "r1", (2, 3)),
            reading(10, (4, 5)),
        ],
        "A debit of 2 with ref 'r1' (409), but no debit with its ref can have taken effect",
        [attempt, after],
    ),
    "a fall that nothing tells of": (
        [FIRST, low := reading(5, (2, 3))],
        "The balance fell from 8 to 5, but no debit tells of the 3 in between",
        [FIRST, low],
    ),
    "a duplicate that charged again": (
        [FIRST, duplicate(2, "r1", (2, 3)), low := reading(6, (4, 5))],
        "The balance fell from 8 to 6, but no debit tells of the 2 in between",
        [FIRST, low],
    ),
    "a lost debit that charged twice": (
        [FIRST, lost(2, "r2", 2), low := reading(4, (4, 5))],
        "fell from 8 to 4, but no debits without a definite answer that had begun by then add up to 4",
        [FIRST, low],
    ),
    "a lost debit that began too late for a fall": (
        [FIRST, low := reading(5, (2, 3)), lost(3, "r2", 4)],
        "no debits without a definite answer that had begun by then add up to 3",
        [FIRST, low],
    ),
    "one lost debit for two falls": (
        [FIRST, reading(6, (2, 3)), failed(2, "r2", (0, 1)), low := reading(4, (4, 5))],
        "No choice among the debits without a definite answer (1) explains the other answers",
        [reading(6, (2, 3)), low],
    ),
    "two lost debits, in either order, and too low a balance": (
        [
            high := reading(7, (2, 3)),
            low := reading(3, (4, 5)),
            lost(2, "r2", 0),
            lost(1, "r3", 0),
        ],
        "no debits without a definite answer that had begun by then add up to 4",
        [high, low],
    ),
    "a fall beside a duplicate that is well explained": (
        [lost(2, "r2", 0), duplicate(2, "r2", (1, 2)), low := reading(5, (3, 4))],
        "no debits without a definite answer that had begun by then add up to 5",
        [low],
    ),
    "a negative balance": (
        [low := reading(-1, (0, 1)), lost(11, "r1", 0)],
        "A balance of -1 is below zero",
        [low],
    ),
}


@pytest.mark.parametrize(
    ("operations", "sentence", "collision"), BROKEN.values(), ids=BROKEN.keys()
)
def test_a_broken_history_is_explained_by_what_collides(
    operations, sentence, collision
):
    result = check(operations, opening=Decimal(10))

    assert isinstance(result, Broken)
    assert sentence in result.sentence
    assert [claim.operation for claim in result.claims] == collision


@pytest.mark.parametrize("kind", get_args(Contradiction))
def test_every_kind_of_contradiction_has_a_sentence(kind):
    assert kind in counterexample.registry


def test_a_contradiction_without_a_sentence_is_refused():
    with pytest.raises(TypeError, match="no sentence for"):
        counterexample(None, None)


def test_an_operation_is_described_by_what_was_asked_and_answered():
    described = [
        describe(each)
        for each in (
            FIRST,
            lost(2, "r\x1b", 0),
            checked(1, (0, 1), allowed=True, balance=3),
        )
    ]

    assert described == [
        "debit of 2 with ref 'r1' (200, balance 8)",
        "debit of 2 with ref 'r\\x1b' (no answer)",
        "check of 1 (200, allowed, balance 3)",
    ]


def test_an_operation_that_may_stand_anywhere_has_no_place():
    assert Claim(FIRST).place == ""


BELOW_ZERO = {
    "read": [reading(-1, (0, 1))],
    "checked, and a debit lost": [
        checked(1, (0, 1), allowed=False, balance=-1),
        lost(1, "r1", 2),
    ],
    "read, and a lost debit that a duplicate tells of": [
        reading(-1, (2, 3)),
        lost(2, "r1", 0),
        refused(9, "r1", (0, 1)),
        duplicate(2, "r1", (4, 5)),
    ],
}


@pytest.mark.parametrize("operations", BELOW_ZERO.values(), ids=BELOW_ZERO.keys())
def test_a_first_balance_below_zero_is_never_explained(operations):
    result = check(operations)

    assert isinstance(result, Broken)
    assert "A balance of -1 is below zero" in result.sentence
    assert [claim.operation for claim in result.claims] == operations[:1]


def test_an_opening_below_zero_is_never_explained():
    result = check([lost(1, "r1", 2)], opening=Decimal(-1))

    assert isinstance(result, Broken)
    assert "A balance of -1 is below zero" in result.sentence
