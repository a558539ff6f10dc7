"""The rules for user id, units and ref that the open choices add to the schema's."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from billing_mock.api.refusals import refuse_field
from billing_mock.ledger.amounts import BALANCE_LIMIT, DECIMALS_MAX, exact_decimals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CENT = Decimal("0.01")
_ROUNDING = Context(prec=400)
_PLAIN_EXPONENT_MIN = -2


class FieldRules:
    """The rules of one mock, by the options that it takes."""

    def __init__(self, choices: Mapping[str, str]) -> None:
        self._uuid_only = choices["user-id-format"] == "uuid"
        maximum = choices["units-maximum"]
        self._units_maximum = None if maximum == "none" else Decimal(maximum)
        longest = choices["ref-max-length"]
        self._ref_max_length = None if longest == "none" else int(longest)
        self._precise: Callable[[Decimal], Decimal] = {
            "kept": _kept,
            "rounded": _rounded,
            "refused": _refused,
        }[choices["units-precision"]]

    def user_id(self, text: str, *, source: str = "body") -> str:
        """Return the user id as it stands. Raises RefusedError where the mock takes UUIDs only."""
        if self._uuid_only and not _is_uuid(text):
            raise refuse_field("user_id", "must be a UUID", "uuid", source=source)
        return text

    def units(self, fields: Mapping[str, Any]) -> Decimal:
        """Return the units, above 0, with at most DECIMALS_MAX decimals.

        Raises RefusedError where they are above the largest amount, or too precise.
        """
        units: Decimal = fields["units"]
        if self._units_maximum is not None and units > self._units_maximum:
            raise refuse_field(
                "units", f"must be at most {self._units_maximum}", "maximum"
            )
        if units >= BALANCE_LIMIT or units.as_tuple().exponent >= _PLAIN_EXPONENT_MIN:  # type: ignore[operator]
            return units
        return self._precise(units)

    def ref(self, text: str) -> str:
        """Return the ref as it stands. Raises RefusedError where it is too long."""
        if self._ref_max_length is not None and len(text) > self._ref_max_length:
            raise refuse_field(
                "ref",
                f"must have at most {self._ref_max_length} characters",
                "maxLength",
            )
        return text


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _kept(units: Decimal) -> Decimal:
    if exact_decimals(units) > DECIMALS_MAX:
        raise refuse_field(
            "units",
            f"has more than {DECIMALS_MAX} decimals, which this mock cannot keep",
            "decimals",
        )
    return units


def _rounded(units: Decimal) -> Decimal:
    rounded = units.quantize(_CENT, ROUND_HALF_UP, _ROUNDING)
    if not rounded:
        raise refuse_field("units", "is 0 after rounding to two decimals", "decimals")
    return rounded


def _refused(units: Decimal) -> Decimal:
    if exact_decimals(units) > -_PLAIN_EXPONENT_MIN:
        raise refuse_field("units", "must have at most two decimals", "decimals")
    return units
