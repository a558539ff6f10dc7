"""Names the operations that collide and says why, once a history is known to be broken.

Nothing here decides. Everything here may walk over the whole story again: it is called once.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from billing_audit.checker.results import (
    Broken,
    Claim,
    describe,
    plain,
    quoted,
)
from billing_audit.model import OK

if TYPE_CHECKING:
    from decimal import Decimal

    from billing_audit.checker.account_history import Place, Story
    from billing_audit.checker.search import Gap
    from billing_audit.operations import Check, Debit


def credited(debit: Debit) -> Broken:
    """A debit of negative units succeeded."""
    return broken(
        f"A {describe(debit)}: negative units have to be refused.", Claim(debit)
    )


def used_twice(first: Debit, second: Debit) -> Broken:
    """Two debits with one ref succeeded."""
    return broken(
        f"Two debits with the ref {quoted(first.ref)} were answered 200; "
        "a ref debits at most once.",
        Claim(first),
        Claim(second),
    )


def wrong_check(check: Check) -> Broken:
    """A check contradicts itself."""
    return broken(
        f"A {describe(check)}: allowed has to be true exactly when the balance is at least "
        "the units.",
        Claim(check),
    )


def overdrawn(story: Story, place: Place) -> Broken:
    """A success left less than nothing."""
    return broken(
        f"A {describe(place[0])}: it took more than there was.", story.claim(place)
    )


def refused_too_soon(story: Story, place: Place) -> Broken:
    """A 403 came although its ref succeeded later, from a balance that covered the 403 too."""
    operation = place[0]
    step = next(each for each in story.steps() if each[2] == place[2])
    return broken(
        f"A {describe(operation)}, though its ref succeeded from a balance of "
        f"{_plain(story, step[2])}: until then there had been enough.",
        story.claim(place),
        story.claim(step),
    )


def same_source(story: Story) -> Broken:
    """Two successes took their units from one balance."""
    sources = Counter(
        leave
        for _, reach, leave in story.places()
        if leave is not None and reach < leave
    )
    balance = max(source for source, steps in sources.items() if steps > 1)
    return broken(
        f"Two debits took their units from the same balance of {_plain(story, balance)}: "
        "one of the two was lost.",
        *_steps_from(story, balance)[:2],
    )


def crossing(story: Story, top: int, between: int) -> Broken:
    """A success passed over a balance that another operation tells of."""
    step = _steps_from(story, top)[0]
    others = [
        each
        for each in _tellers(story, between)
        if each.operation is not step.operation
    ]
    return broken(
        f"A {describe(step.operation)} took the balance down from {_plain(story, top)} in one "
        f"step, but another operation tells of {_plain(story, between)} in between.",
        step,
        *others[:1],
    )


def above_opening(story: Story, balance: int, opening: int) -> Broken:
    """An operation tells of more than the account ever held."""
    return broken(
        f"A balance of {_plain(story, balance)} is more than the opening balance of "
        f"{_plain(story, opening)}; a balance only falls.",
        *_tellers(story, balance)[:1],
    )


def too_late(story: Story, balance: int, *, start: Decimal, end: Decimal) -> Broken:
    """What leaves from `balance` or above began, at `start`, after what reaches below ended."""
    late = next(
        story.claim(place)
        for place in story.places()
        if place[0].start == start and place[2] is not None and place[2] >= balance
    )
    early = next(
        story.claim(place)
        for place in story.places()
        if place[0].end == end and place[1] < balance
    )
    return broken(
        f"A {describe(late.operation)} began after a {describe(early.operation)} had ended, "
        f"yet it has to come first: the one stands {late.place}, the other {early.place}, and a "
        "balance only falls.",
        early,
        late,
    )


def unexplained_duplicate(story: Story, ref: str) -> Broken:
    """A 409 came for a ref that cannot have been used before."""
    duplicate = next(each for each in story.duplicates if each.ref == ref)
    others = [*story.refused, *story.indefinite]
    return broken(
        f"A {describe(duplicate)}, but no debit with its ref can have taken effect before.",
        *(Claim(each) for each in others if each.ref == ref),
        Claim(duplicate),
    )


def never_refusable(story: Story, place: Place, *, known: int, lowest: int) -> Broken:
    """A 403 came for units that the account always held."""
    return broken(
        f"A {describe(place[0])}, but the balance cannot have been below "
        f"{_plain(story, lowest)}.",
        story.claim(place),
        *_tellers(story, known)[:1],
    )


def unfilled(story: Story, top: int, bottom: int) -> Broken:
    """The balance fell, and no debits explain by how much."""
    missing = _plain(story, top - bottom)
    why = (
        f"no debits without a definite answer that had begun by then add up to {missing}"
        if story.indefinite
        else f"no debit tells of the {missing} in between"
    )
    return broken(
        f"The balance fell from {_plain(story, top)} to {_plain(story, bottom)}, but {why}.",
        *_neighbours(story, top, bottom),
    )


def no_choice(story: Story, gap: Gap) -> Broken:
    """Every choice among the indefinite debits fails, and none gets past this gap."""
    where = (
        f"after the last known balance of {_plain(story, gap.top)}"
        if gap.bottom is None
        else f"where the balance falls from {_plain(story, gap.top)} to {_plain(story, gap.bottom)}"
    )
    return broken(
        f"No choice among the debits without a definite answer ({len(story.indefinite)}) "
        f"explains the other answers; it fails at the latest {where}.",
        *_neighbours(story, gap.top, gap.bottom),
        *(_unmet(story, gap.top) if gap.bottom is None else ()),
    )


def below_zero(story: Story, balance: int) -> Broken:
    """The balance fell below zero."""
    return broken(
        f"A balance of {_plain(story, balance)} is below zero; no debit takes more than there is.",
        *_tellers(story, balance)[:1],
    )


def broken(sentence: str, *claims: Claim) -> Broken:
    """Give the verdict with its operations, each once."""
    return Broken(sentence, tuple(dict.fromkeys(claims)))


def _neighbours(story: Story, top: int, bottom: int | None) -> list[Claim]:
    above = _tellers(story, top)[-1:]
    below = [] if bottom is None else _tellers(story, bottom)[:1]
    return above + below


def _unmet(story: Story, balance: int) -> list[Claim]:
    """Give a refusal and a duplicate that no balance down to this one explains."""
    refusals = [story.claim(place) for place in story.places() if place[1] < balance]
    duplicates = [
        Claim(duplicate)
        for duplicate in story.duplicates
        if duplicate.ref not in story.charged
    ]
    return refusals[:1] + duplicates[:1]


def _steps_from(story: Story, balance: int) -> list[Claim]:
    return [
        story.claim(place)
        for place in story.places()
        if place[0].status == OK and place[2] == balance and place[1] < balance
    ]


def _tellers(story: Story, balance: int) -> list[Claim]:
    return [
        story.claim(place)
        for place in story.places()
        if place[0].status == OK and balance in place[1:]
    ]


def _plain(story: Story, whole: int) -> str:
    return plain(story.scale.amount(whole))
