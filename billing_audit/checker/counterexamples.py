"""Turns a contradiction into a sentence and the operations that collide.

Nothing here decides. Everything here may walk over the whole history again: `check` calls
`counterexample` once, when an account is known to be broken.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from billing_audit.checker.contradictions import (
    AboveOpening,
    BelowZero,
    Contradiction,
    Crossing,
    NegativeUnits,
    NeverRefusable,
    NoChoice,
    Overdrawn,
    RefusedTooSoon,
    SameSource,
    TooLate,
    UnexplainedDuplicate,
    Unfilled,
    UsedTwice,
    WrongCheck,
)
from billing_audit.checker.results import Broken, Claim
from billing_audit.model import OK
from billing_audit.wording import describe, plain, quoted

if TYPE_CHECKING:
    from billing_audit.checker.account_history import AccountHistory


@singledispatch
def counterexample(found: Contradiction, history: AccountHistory) -> Broken:
    """Return the result for a history that the contradiction breaks, with its sentence.

    Raises TypeError for a kind of contradiction that has no sentence here.
    """
    raise TypeError(f"no sentence for {found} in {history}")


@counterexample.register(NegativeUnits)
def _negative_units(found: NegativeUnits, _: AccountHistory) -> Broken:
    return _broken(
        f"A {describe(found.debit)}: negative units have to be refused.",
        Claim(found.debit),
    )


@counterexample.register(UsedTwice)
def _used_twice(found: UsedTwice, _: AccountHistory) -> Broken:
    return _broken(
        f"Two debits with the ref {quoted(found.first.ref)} were answered 200; "
        "a ref debits at most once.",
        Claim(found.first),
        Claim(found.second),
    )


@counterexample.register(WrongCheck)
def _wrong_check(found: WrongCheck, _: AccountHistory) -> Broken:
    return _broken(
        f"A {describe(found.check)}: allowed has to be true exactly when the balance is at least "
        "the units.",
        Claim(found.check),
    )


@counterexample.register(Overdrawn)
def _overdrawn(found: Overdrawn, history: AccountHistory) -> Broken:
    return _broken(
        f"A {describe(found.place[0])}: it took more than there was.",
        history.claim(found.place),
    )


@counterexample.register(RefusedTooSoon)
def _refused_too_soon(found: RefusedTooSoon, history: AccountHistory) -> Broken:
    step = next(each for each in history.steps() if each[2] == found.place[2])
    return _broken(
        f"A {describe(found.place[0])}, though its ref succeeded from a balance of "
        f"{_plain(history, step[2])}: until then there had been enough.",
        history.claim(found.place),
        history.claim(step),
    )


@counterexample.register(SameSource)
def _same_source(found: SameSource, history: AccountHistory) -> Broken:
    return _broken(
        f"Two debits took their units from the same balance of {_plain(history, found.balance)}: "
        "one of the two was lost.",
        *_steps_from(history, found.balance)[:2],
    )


@counterexample.register(Crossing)
def _crossing(found: Crossing, history: AccountHistory) -> Broken:
    step = _steps_from(history, found.top)[0]
    others = [
        each
        for each in _showing(history, found.between)
        if each.operation is not step.operation
    ]
    return _broken(
        f"A {describe(step.operation)} took the balance down from {_plain(history, found.top)} in one "
        f"step, but another operation tells of {_plain(history, found.between)} in between.",
        step,
        *others[:1],
    )


@counterexample.register(AboveOpening)
def _above_opening(found: AboveOpening, history: AccountHistory) -> Broken:
    return _broken(
        f"A balance of {_plain(history, found.balance)} is more than the opening balance of "
        f"{_plain(history, found.opening)}; a balance only falls.",
        *_showing(history, found.balance)[:1],
    )


@counterexample.register(TooLate)
def _too_late(found: TooLate, history: AccountHistory) -> Broken:
    late = next(
        history.claim(place)
        for place in history.places()
        if place[0].start == found.start
        and place[2] is not None
        and place[2] >= found.balance
    )
    early = next(
        history.claim(place)
        for place in history.places()
        if place[0].end == found.end and place[1] < found.balance
    )
    return _broken(
        f"A {describe(late.operation)} began after a {describe(early.operation)} had ended, "
        f"yet it has to come first: the one stands {late.place}, the other {early.place}, and a "
        "balance only falls.",
        early,
        late,
    )


@counterexample.register(UnexplainedDuplicate)
def _unexplained_duplicate(
    found: UnexplainedDuplicate, history: AccountHistory
) -> Broken:
    duplicate = next(each for each in history.duplicates if each.ref == found.ref)
    others = [*history.refused, *history.indefinite]
    return _broken(
        f"A {describe(duplicate)}, but no debit with its ref can have taken effect before.",
        *(Claim(each) for each in others if each.ref == found.ref),
        Claim(duplicate),
    )


@counterexample.register(NeverRefusable)
def _never_refusable(found: NeverRefusable, history: AccountHistory) -> Broken:
    return _broken(
        f"A {describe(found.place[0])}, but the balance cannot have been below "
        f"{_plain(history, found.lowest)}.",
        history.claim(found.place),
        *_showing(history, found.known)[:1],
    )


@counterexample.register(Unfilled)
def _unfilled(found: Unfilled, history: AccountHistory) -> Broken:
    missing = _plain(history, found.top - found.bottom)
    why = (
        f"no debits without a definite answer that had begun by then add up to {missing}"
        if history.indefinite
        else f"no debit tells of the {missing} in between"
    )
    return _broken(
        f"The balance fell from {_plain(history, found.top)} to {_plain(history, found.bottom)}, but {why}.",
        *_neighbours(history, found.top, found.bottom),
    )


@counterexample.register(NoChoice)
def _no_choice(found: NoChoice, history: AccountHistory) -> Broken:
    where = (
        f"after the last known balance of {_plain(history, found.top)}"
        if found.bottom is None
        else f"where the balance falls from {_plain(history, found.top)} to {_plain(history, found.bottom)}"
    )
    return _broken(
        f"No choice among the debits without a definite answer ({len(history.indefinite)}) "
        f"explains the other answers; it fails at the latest {where}.",
        *_neighbours(history, found.top, found.bottom),
        *(_unmet(history, found.top) if found.bottom is None else ()),
    )


@counterexample.register(BelowZero)
def _below_zero(found: BelowZero, history: AccountHistory) -> Broken:
    return _broken(
        f"A balance of {_plain(history, found.balance)} is below zero; no debit takes more than there is.",
        *_showing(history, found.balance)[:1],
    )


def _broken(sentence: str, *claims: Claim) -> Broken:
    """Return the result with its claims, each once."""
    return Broken(sentence, tuple(dict.fromkeys(claims)))


def _neighbours(history: AccountHistory, top: int, bottom: int | None) -> list[Claim]:
    above = _showing(history, top)[-1:]
    below = [] if bottom is None else _showing(history, bottom)[:1]
    return above + below


def _unmet(history: AccountHistory, balance: int) -> list[Claim]:
    """Return a refusal and a duplicate that no balance down to this one explains."""
    refusals = [
        history.claim(place) for place in history.places() if place[1] < balance
    ]
    duplicates = [
        Claim(duplicate)
        for duplicate in history.duplicates
        if duplicate.ref not in history.charged
    ]
    return refusals[:1] + duplicates[:1]


def _steps_from(history: AccountHistory, balance: int) -> list[Claim]:
    return [
        history.claim(place)
        for place in history.places()
        if place[0].status == OK and place[2] == balance and place[1] < balance
    ]


def _showing(history: AccountHistory, balance: int) -> list[Claim]:
    return [
        history.claim(place)
        for place in history.places()
        if place[0].status == OK and balance in place[1:]
    ]


def _plain(history: AccountHistory, whole: int) -> str:
    return plain(history.scale.amount(whole))
