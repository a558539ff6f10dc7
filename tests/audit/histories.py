"""Hypothesis strategies for small histories: of a right account, spoilt, and made up."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st
from msgspec.structs import replace

from billing_audit.model import State, charge, is_indefinite, step
from billing_audit.operations import Balance, Check, Debit

REFS = st.sampled_from(["r1", "r2", "r3"])
UNITS = st.sampled_from([Decimal(units) for units in (1, 2, 3)])
MOMENTS = st.integers(0, 9).map(Decimal)
SOON = st.integers(0, 5).map(Decimal)
SPANS = st.tuples(SOON, SOON)
KINDS = st.sampled_from(
    ["debit", "debit", "debit", "lost", "failed", "refused", "check", "balance"]
)
OPENINGS = st.none() | st.integers(0, 9).map(Decimal)


@st.composite
def calls(draw):
    """Draw a call: the moment at which it takes effect, and the operation, still unanswered."""
    kind = draw(KINDS)
    start, moment, end = sorted(draw(st.tuples(MOMENTS, MOMENTS, MOMENTS)))
    status = {
        "lost": None,
        "failed": 500,
        "refused": draw(st.sampled_from([401, 404, 422])),
    }.get(kind, 200)
    if kind == "balance":
        return moment, Balance("u1", start, end, status)
    units = draw(UNITS)
    if kind == "check":
        return moment, Check("u1", units, start, end, status)
    if kind in {"lost", "failed"}:
        moment = draw(st.integers(int(start), 11).map(Decimal))
    return moment, Debit(
        "u1", units, draw(REFS), start, None if kind == "lost" else end, status
    )


@st.composite
def right(draw, max_size=8):
    """Draw a history of an account that keeps the contract, with its opening or None."""
    opening = draw(OPENINGS)
    used = frozenset() if opening is not None else draw(st.frozensets(REFS, max_size=1))
    state = State(
        draw(st.integers(0, 12).map(Decimal)) if opening is None else opening, used
    )
    operations = []
    plan = draw(st.lists(calls(), min_size=1, max_size=max_size))
    for _, operation in sorted(plan, key=lambda call: call[0]):
        if isinstance(operation, Debit) and is_indefinite(operation):
            if draw(st.booleans()):
                state = charge(state, operation) or state
            operations.append(operation)
            continue
        answered = _answered(state, operation)
        state = step(state, answered)
        operations.append(answered)
    return draw(st.permutations(operations)), opening


def _answered(state, operation):
    if operation.status != 200:
        return operation
    if isinstance(operation, Balance):
        return replace(operation, balance=state.balance)
    if isinstance(operation, Check):
        return replace(
            operation, balance=state.balance, allowed=state.balance >= operation.units
        )
    after = charge(state, operation)
    if after is not None:
        return replace(operation, balance=after.balance)
    return replace(operation, status=409 if operation.ref in state.used else 403)


@st.composite
def spoilt(draw):
    """Draw a right history, changed in one place."""
    operations, opening = draw(right())
    index = draw(st.integers(0, len(operations) - 1))
    operations[index] = draw(_changes(operations[index]))
    return operations, opening


def _changes(operation):
    changes = [st.builds(_shifted, st.just(operation), MOMENTS, MOMENTS)]
    if operation.balance is not None:
        amounts = st.integers(-1, 12).map(Decimal)
        changes.append(
            st.builds(lambda balance: replace(operation, balance=balance), amounts)
        )
    if isinstance(operation, Debit):
        changes += [
            _statuses(operation),
            st.builds(lambda ref: replace(operation, ref=ref), REFS),
        ]
        changes.append(st.builds(lambda units: replace(operation, units=units), UNITS))
    if isinstance(operation, Check) and operation.status == 200:
        changes.append(st.just(replace(operation, allowed=not operation.allowed)))
    return st.one_of(changes)


def _shifted(operation, one, other):
    start, end = min(one, other), max(one, other)
    return replace(
        operation, start=start, end=end if operation.end is not None else None
    )


def _statuses(debit):
    end = debit.start if debit.end is None else debit.end
    statuses = st.sampled_from([200, 403, 409, 422, 500])
    return st.builds(
        lambda status, balance: replace(
            debit, status=status, end=end, balance=balance if status == 200 else None
        ),
        statuses,
        st.integers(0, 9).map(Decimal),
    )


@st.composite
def made_up(draw, max_size=7):
    """Draw operations with answers at random."""
    return draw(st.lists(_made_up_operation(), min_size=1, max_size=max_size)), draw(
        OPENINGS
    )


@st.composite
def _made_up_operation(draw):
    start, end = sorted(draw(st.tuples(MOMENTS, MOMENTS)))
    balance = draw(st.integers(0, 6).map(Decimal))
    kind = draw(st.sampled_from(["debit", "debit", "debit", "check", "balance"]))
    if kind == "balance":
        return Balance("u1", start, end, 200, balance)
    units = draw(UNITS)
    if kind == "check":
        return Check("u1", units, start, end, 200, draw(st.booleans()), balance)
    status = draw(st.sampled_from([200, 200, 200, 403, 409, 409, 422, 500, None, None]))
    return Debit(
        "u1",
        units,
        draw(REFS),
        start,
        None if status is None else end,
        status,
        balance if status == 200 else None,
    )


@st.composite
def puzzles(draw, max_size=9):
    """Draw many lost debits, and few answers that show which of them took effect."""
    opening = draw(st.none() | st.integers(3, 8).map(Decimal))
    answers = st.one_of(
        st.builds(_seen, SPANS, st.integers(0, 6).map(Decimal)),
        st.builds(_refused, REFS, UNITS, SPANS, st.sampled_from([403, 409, 409])),
    )
    unknown = st.builds(_lost, REFS | st.sampled_from(["r4", "r5"]), UNITS, SOON)
    answered = draw(st.lists(answers, min_size=1, max_size=4))
    return [
        *answered,
        *draw(st.lists(unknown, min_size=1, max_size=max_size - 4)),
    ], opening


def _seen(span, balance):
    return Balance("u1", min(span), max(span), 200, balance)


def _refused(ref, units, span, status):
    return Debit("u1", units, ref, min(span), max(span), status)


def _lost(ref, units, start):
    return Debit("u1", units, ref, start, None, None)
