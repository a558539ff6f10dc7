"""Makes a fault and its trigger from parsed JSON, checked by the schemas of control.yaml."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

from billing_mock.control_schema import control_validator
from billing_mock.faults.kinds import KINDS, Fault, FaultError
from billing_mock.faults.trigger import Trigger

_DIGITS_MAX = 30  # no setting needs more
_TRIGGER_FIELDS = frozenset(each.name for each in fields(Trigger))


def fault_from_json(value: Any) -> tuple[Fault, Trigger]:
    """Return the fault and the trigger that `{"kind": …, …}` describes; numbers are Decimal.

    Raises FaultError, which names the setting and what it must be, where it describes none.
    """
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise FaultError(f"kind: must be one of {', '.join(KINDS)}")
    settings = {name: _plain(setting) for name, setting in value.items()}
    fault_fields = frozenset(each.name for each in fields(KINDS[kind]))
    _refuse_unknown(settings, kind, fault_fields | _TRIGGER_FIELDS)
    problems = control_validator(KINDS[kind].__name__).problems(settings)
    wrong = [str(each) for each in problems if each.rule != "unevaluatedProperties"]
    if wrong:
        raise FaultError("; ".join(wrong))
    given = {name: setting for name, setting in settings.items() if setting is not None}
    return (
        KINDS[kind](**_only(given, fault_fields)),
        Trigger(**_only(given, _TRIGGER_FIELDS)),
    )


def _refuse_unknown(settings: dict[str, Any], kind: str, known: frozenset[str]) -> None:
    for name in settings.keys() - known - {"kind"}:
        raise FaultError(
            f"{name}: no setting of {kind}; there are: {', '.join(sorted(known))}"
        )


def _only(settings: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: setting for name, setting in settings.items() if name in names}


def _plain(setting: Any) -> Any:
    """Return a Decimal as int or float, and any other setting as it is: times and counts are no money."""
    if not isinstance(setting, Decimal):
        return setting
    is_whole = (
        setting.is_finite()
        and setting.adjusted() < _DIGITS_MAX
        and setting == int(setting)
    )
    return int(setting) if is_whole else float(setting)
