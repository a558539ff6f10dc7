"""What a mock with deviations takes that the contract does not allow, and what it wants beyond it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_contract import NotJsonError, parse_json
from billing_mock.api.refusals import refuse_field

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACEHOLDER = "no ref"


_DEVIATIONS = frozenset(("required-field", "ref-optional", "ref-null", "units-as-text"))


class LenientFields:
    """The rules for the bodies of one operation, by the deviations of the mock: values by name."""

    def __init__(
        self, operation_id: str, deviations: Mapping[str, tuple[str, ...]]
    ) -> None:
        is_debit = operation_id == "debitBalance"
        self.required = deviations.get("required-field", ())
        self._ref_optional = is_debit and "ref-optional" in deviations
        self._ref_null = is_debit and "ref-null" in deviations
        self._units_as_text = "units-as-text" in deviations

    def corrected(self, fields: Any) -> Any:
        """Return the body as the contract wants it where a deviation allows it, for the validator. A ref that is not there is a placeholder."""
        if not isinstance(fields, dict):
            return fields
        corrected = dict(fields)
        if self.is_without_ref(fields):
            corrected["ref"] = _PLACEHOLDER
        units = fields.get("units")
        if self._units_as_text and isinstance(units, str):
            corrected["units"] = _number(units)
        return corrected

    def is_without_ref(self, fields: Mapping[str, Any]) -> bool:
        """Return whether the body has no ref, and needs none."""
        if "ref" in fields:
            return self._ref_null and fields["ref"] is None
        return self._ref_optional

    def refuse_without_required(self, fields: Mapping[str, Any]) -> None:
        """Raise RefusedError where a field is missing that the mock wants beyond the contract."""
        for name in self.required:
            if fields.get(name) is None:
                raise refuse_field(name, "is missing", "required")


def lenient_fields(
    operation_id: str, deviations: Mapping[str, tuple[str, ...]]
) -> LenientFields | None:
    """Return the rules, None where no deviation is about bodies."""
    if _DEVIATIONS.isdisjoint(deviations):
        return None
    return LenientFields(operation_id, deviations)


def _number(text: str) -> Any:
    """Return the number that a text stands for, the text itself where it stands for none."""
    try:
        value = parse_json(text.strip().encode())
    except NotJsonError:
        return text
    return value if isinstance(value, Decimal) else text
