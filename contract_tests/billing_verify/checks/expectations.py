"""What every conforming service must do with a request body: take it, refuse it, or either.

A must clause may be broken only where the document leaves no choice. So a body counts as valid only
where every conforming service has to take it, and as wrong only where every one has to refuse it.
A service may do either with every other body, except answer 5xx or move a balance that it refused
to move.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_verify.amounts import CENT, MODERATE

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

LONGEST_TEXT = 64
_TEXTS = {"checkBalance": ("user_id",), "debitBalance": ("user_id", "ref", "reason")}


@dataclass(frozen=True, slots=True)
class Expectation:
    """What every conforming service does with a request.

    `taken` means that it takes the request as valid: its status is 200, or one of the refusals that
    a valid request can get. `refused_by` is the clause that demands 422, None for none.
    """

    taken: bool
    refused_by: str | None = None


FREE = Expectation(taken=False)
TAKEN = Expectation(taken=True)


def expectation_of(
    operation_id: str,
    fields: Any,
    *,
    known_user: str,
    extra_names: Container[str] = (),
) -> Expectation:
    """Return what is expected of the body of a check or a debit.

    `operation_id` is the operation's id in the contract, `fields` the parsed body (any JSON value),
    and `known_user` the id of an account of the target. `extra_names` are the fields that the
    deployment wants beyond the contract: with them a body is as proper as without.
    """
    if not isinstance(fields, dict):
        return FREE
    clauses = set(_wrong(operation_id, fields))
    if clauses:
        # Where several things are wrong, a refusal may be for any of them.
        return (
            Expectation(taken=False, refused_by=clauses.pop())
            if len(clauses) == 1
            else FREE
        )
    known = {"units", *_TEXTS[operation_id]}
    if fields["user_id"] != known_user or any(
        name not in known and name not in extra_names for name in fields
    ):
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
