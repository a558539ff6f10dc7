"""Two slow, plain checks of small histories, with which the fast one is compared.

`is_linearizable` tries all orders, all sets of indefinite debits that took effect and, without
an opening, all openings. `replay` runs one claimed explanation through the specification. Both
use `model` alone.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import chain, combinations

from billing_audit.model import State, charge, is_indefinite, step
from billing_audit.operations import Debit


def is_linearizable(operations, opening=None):
    if opening is not None:
        return opening >= 0 and _has_order(operations, State(opening, frozenset()))
    return any(_has_order(operations, state) for state in _states_before(operations))


def replay(operations, result, *, fresh):
    """Return the operations that the result's order leaves over: none, if it explains the history."""
    charged = list(result.charged)
    rest = [each for each in operations if not _is_optional(each)]
    state = State(result.opening, frozenset() if fresh else _used_before(rest, charged))
    while True:
        began_by = min((each.end for each in rest), default=Decimal("Infinity"))
        ready = [each for each in rest if each.start <= began_by]
        quiet = [each for each in ready if step(state, each) == state]
        if quiet:
            rest = [each for each in rest if all(each is not other for other in quiet)]
            continue
        moving = next((each for each in ready if step(state, each) is not None), None)
        if moving is not None:
            state = step(state, moving)
            rest = [each for each in rest if each is not moving]
        elif charged and charged[0].start <= began_by and charge(state, charged[0]):
            state = charge(state, charged.pop(0))
        else:
            return rest + charged


def _used_before(operations, charged):
    debits = [each for each in operations if isinstance(each, Debit)]
    used = {each.ref for each in debits if each.status == 409}
    fresh = {each.ref for each in debits if each.status in {200, 403}}
    return frozenset(used - fresh - {each.ref for each in charged})


def _is_optional(operation):
    if isinstance(operation, Debit):
        return is_indefinite(operation)
    return operation.status is None


def _states_before(operations):
    """Return every state that matters: all amounts in these histories are whole."""
    debits = [each for each in operations if isinstance(each, Debit)]
    shown = [each.balance for each in operations if each.balance is not None]
    highest = max([0, *shown]) + sum(abs(each.units) for each in debits)
    refs = sorted({each.ref for each in debits})
    sets = list(
        chain.from_iterable(combinations(refs, n) for n in range(len(refs) + 1))
    )
    for balance in range(int(highest) + 1):
        for used in sets:
            yield State(Decimal(balance), frozenset(used))


def _has_order(operations, state):
    optional = [_is_optional(each) for each in operations]
    before = [
        {
            other
            for other, earlier in enumerate(operations)
            if not optional[other] and earlier.end < operation.start
        }
        for operation in operations
    ]
    seen = set()

    def search(state, done):
        if (state, done) in seen:
            return False
        seen.add((state, done))
        if all(optional[each] or each in done for each in range(len(operations))):
            return True
        for index, operation in enumerate(operations):
            if index not in done and before[index] <= done:
                after = (charge if optional[index] else step)(state, operation)
                if after is not None and search(after, done | {index}):
                    return True
        return False

    return search(state, frozenset())
