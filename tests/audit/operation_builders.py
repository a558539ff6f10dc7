"""Functions that make the operations of hand-written histories. Times are (start, end)."""

from __future__ import annotations

from decimal import Decimal

from billing_audit.operations import Balance, Check, Debit


def charged(units, ref, times, *, leaves):
    return Debit("u1", _exact(units), ref, *_times(times), 200, _exact(leaves))


def refused(units, ref, times, *, status=403):
    return Debit("u1", _exact(units), ref, *_times(times), status)


def duplicate(units, ref, times):
    return refused(units, ref, times, status=409)


def lost(units, ref, start):
    return Debit("u1", _exact(units), ref, Decimal(start), None, None)


def failed(units, ref, times, *, status=500):
    return refused(units, ref, times, status=status)


def reading(balance, times):
    return Balance("u1", *_times(times), 200, _exact(balance))


def checked(units, times, *, allowed, balance):
    return Check("u1", _exact(units), *_times(times), 200, allowed, _exact(balance))


def _exact(number):
    return Decimal(str(number))


def _times(times):
    start, end = times
    return Decimal(start), Decimal(end)
