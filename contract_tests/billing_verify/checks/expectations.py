"""What every conforming service must answer to a request: take it, refuse it, or as it likes.

A must may fail only where the document is broken. So only what every conforming service has to
take counts as valid, and only what every one has to refuse counts as wrong; whatever lies between
is free, and then nothing but a 5xx or a moved balance counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_verify.amounts import CENT, MODERATE

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_TEXT = 64
_TEXTS = {"checkBalance": ("user_id",), "debitBalance": ("user_id", "ref", "reason")}


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must come of a request. `refused_by` is the clause that wants 422, None for none.

    `taken` means that every conforming service takes the request: its status is 200, or one of
    the refusals that a proper request can get.
    """

    taken: bool
    refused_by: str | None = None


FREE = Expectation(taken=False)
TAKEN = Expectation(taken=True)


def expectation(operation_id: str, fields: Any, *, known_user: str) -> Expectation:
    """Judge the body of a check or a debit. `known_user` is an account of the target."""
    if not isinstance(fields, dict):
        return FREE
    clauses = set(_wrong(operation_id, fields))
    if clauses:
        # Where several things are wrong, nobody can tell which of them an answer is about.
        return (
            Expectation(taken=False, refused_by=clauses.pop())
            if len(clauses) == 1
            else FREE
        )
    if fields["user_id"] != known_user or set(fields) - {
        "units",
        *_TEXTS[operation_id],
    }:
        return FREE
    plain = all(_is_plain(fields[name]) for name in _TEXTS[operation_id])
    return TAKEN if plain and _is_moderate(fields["units"]) else FREE


def _wrong(operation_id: str, fields: dict[str, Any]) -> Iterator[str]:
    for name in ("units", *_TEXTS[operation_id]):
        if name not in fields:
            yield "input.missing-field"
        elif name != "units" and not isinstance(fields[name], str):
            yield "input.wrong-type"
    if "units" in fields:
        yield from _wrong_units(fields["units"])
    if fields.get("ref") == "" and operation_id == "debitBalance":
        yield "input.empty-ref"


def _wrong_units(units: Any) -> Iterator[str]:
    if isinstance(units, bool):
        yield "input.coercion"
    elif isinstance(units, str):
        yield "input.coercion" if _reads_as_number(units) else "input.wrong-type"
    elif not isinstance(units, Decimal):
        yield "input.wrong-type"
    elif units <= 0:
        yield "input.negative" if units <= -CENT else "input.zero"


def _reads_as_number(text: str) -> bool:
    try:
        Decimal(text.strip())
    except ArithmeticError:
        return False
    return True


def _is_plain(text: str) -> bool:
    return 0 < len(text) <= LONGEST_TEXT and text.isprintable() and not text.isspace()


def _is_moderate(units: Decimal) -> bool:
    return CENT <= units <= MODERATE and units == units.quantize(CENT)
