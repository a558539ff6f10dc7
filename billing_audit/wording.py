"""The words for operations and amounts in sentences, drawings and reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_audit.operations import Balance, Check, Operation

if TYPE_CHECKING:
    from decimal import Decimal


def describe(operation: Operation) -> str:
    """Return a request and its answer in words, so that a reader finds them in a log."""
    return f"{question(operation)} ({answer(operation)})"


def question(operation: Operation) -> str:
    """Return in a few words what was asked, for example `check of 5`."""
    if isinstance(operation, Balance):
        return "reading"
    if isinstance(operation, Check):
        return f"check of {plain(operation.units)}"
    return f"debit of {plain(operation.units)} with ref {quoted(operation.ref)}"


def answer(operation: Operation) -> str:
    """Return in a few words what was answered, for example `200, balance 8`."""
    if operation.status is None:
        return "no answer"
    words = [str(operation.status)]
    if isinstance(operation, Check) and operation.allowed is not None:
        words.append("allowed" if operation.allowed else "not allowed")
    if operation.balance is not None:
        words.append(f"balance {plain(operation.balance)}")
    return ", ".join(words)


def plain(amount: Decimal) -> str:
    """Return an amount or a time without exponent and without trailing zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quoted(text: str) -> str:
    """Return a string from outside in quotes, with everything escaped that is not printable."""
    return repr(text) if text.isprintable() else ascii(text)
