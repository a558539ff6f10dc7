"""Small random histories from a seed, many times faster than Hypothesis draws them.

Most answers are those of a right account, with some changed; the rest are made up. Whole amounts
of at most 6 and times of at most 9 let operations collide.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from billing_audit.checker.check import Inconclusive, Linearizable, check
from billing_audit.model import State, charge, is_indefinite, step
from billing_audit.operations import Balance, Check, Debit
from tests.audit.oracle import is_linearizable, replay

NUMBERS = [Decimal(number) for number in range(13)]
REFS = ["r1", "r2", "r3"]


def random_history(rng):
    """Return the operations of one account in any order, and its opening or None."""
    opening = rng.choice([None, rng.choice(NUMBERS[:7])])
    if rng.random() < 0.02:
        opening = Decimal(-1)
    count = rng.randint(1, 6)
    if rng.random() < 0.2:
        return _told_afterwards(rng) + _answered(rng, opening, 2), opening
    if rng.random() < 0.3:
        return [_made_up(rng) for _ in range(count)], opening
    operations = _answered(rng, opening, count)
    if rng.random() < 0.6:
        index = rng.randrange(len(operations))
        operations[index] = _changed(rng, operations[index])
    rng.shuffle(operations)
    return operations, opening


def _told_afterwards(rng):
    """Return lost debits of which a 409 tells, beside a 403 of their refs that came before."""
    operations = []
    for ref in rng.sample(REFS, rng.randint(1, 2)):
        start, refused, ended = sorted(rng.choices(NUMBERS[:8], k=3))
        units = rng.choice(NUMBERS[1:4])
        end = ended + rng.choice(NUMBERS[:3])
        operations += [
            Debit("u1", units, ref, start, None, None),
            Debit("u1", units, ref, ended, end, 409),
        ]
        if rng.random() < 0.7:
            asked = rng.choice(NUMBERS[2:7])
            operations.append(Debit("u1", asked, ref, start, refused, 403))
    return operations


def _answered(rng, opening, count):
    """Return operations that an account answered, one after another, at a moment within each."""
    balance = rng.choice(NUMBERS[:8]) if opening is None else opening
    used = rng.choice([(), ("r1",)]) if opening is None else ()
    state = State(balance, frozenset(used))
    operations = []
    for _, call in sorted((_call(rng) for _ in range(count)), key=lambda each: each[0]):
        if isinstance(call, Debit) and call.status != 200:
            if is_indefinite(call) and rng.random() < 0.5:
                state = charge(state, call) or state
            operations.append(call)
            continue
        answered = _answer(state, call)
        state = step(state, answered) or state
        operations.append(answered)
    return operations


def _answer(state, call):
    if not isinstance(call, Debit):
        allowed = {}
        if isinstance(call, Check):
            allowed = {"allowed": call.units <= state.balance}
        return replace(call, balance=state.balance, **allowed)
    after = charge(state, call)
    if after is not None:
        return replace(call, balance=after.balance)
    return replace(call, status=409 if call.ref in state.used else 403)


def _call(rng):
    start, moment, end = sorted(rng.choices(NUMBERS[:10], k=3))
    kind = rng.choice(["debit", "debit", "debit", "lost", "lost", "check", "balance"])
    if kind == "balance":
        return moment, Balance("u1", start, end, 200)
    units = rng.choice(NUMBERS[1:4])
    if kind == "check":
        return moment, Check("u1", units, start, end, 200)
    ref = rng.choice(REFS)
    if kind == "lost":
        status = rng.choice([None, 500, 422])
        ended = None if status is None else end
        return max(moment, start), Debit("u1", units, ref, start, ended, status)
    return moment, Debit("u1", units, ref, start, end, 200)


def _made_up(rng):
    start, end = sorted(rng.choices(NUMBERS[:10], k=2))
    balance = rng.choice([Decimal(-1), *NUMBERS[:7], *NUMBERS[:7]])
    kind = rng.choice(["debit", "debit", "debit", "check", "balance"])
    if kind == "balance":
        return Balance("u1", start, end, 200, balance)
    units = rng.choice(NUMBERS[1:4])
    if kind == "check":
        told = rng.random() < 0.8
        allowed = (units <= balance) is told
        return Check("u1", units, start, end, 200, allowed, balance)
    status = rng.choice([200, 200, 403, 409, 409, 422, 500, None, None])
    return Debit(
        "u1",
        units,
        rng.choice(REFS),
        start,
        None if status is None else end,
        status,
        balance if status == 200 else None,
    )


def _changed(rng, operation):
    changes = ["time"]
    if operation.balance is not None:
        changes.append("balance")
    if isinstance(operation, Debit):
        changes += ["units", "ref", "status"]
    match rng.choice(changes):
        case "time":
            start, end = sorted(rng.choices(NUMBERS[:10], k=2))
            return replace(
                operation, start=start, end=None if operation.end is None else end
            )
        case "balance":
            return replace(operation, balance=rng.choice([Decimal(-1), *NUMBERS[:9]]))
        case "units":
            return replace(operation, units=rng.choice(NUMBERS[1:4]))
        case "ref":
            return replace(operation, ref=rng.choice(REFS))
        case _:
            status = rng.choice([200, 403, 409, 500])
            return replace(
                operation,
                status=status,
                end=operation.start if operation.end is None else operation.end,
                balance=rng.choice(NUMBERS[:7]) if status == 200 else None,
            )


def differing(operations, opening):
    """Return how the checker differs from a search through all orders, None where it does not."""
    result = check(operations, opening=opening)
    has_order = is_linearizable(operations, opening)
    if isinstance(result, Linearizable) != has_order or isinstance(
        result, Inconclusive
    ):
        return f"{result}, and some order explains it: {has_order}"
    if has_order and replay(operations, result, fresh=opening is not None):
        return f"{result} leaves operations over"
    return None
