"""Reads faults: one from JSON, many from the YAML file of `--faults`. Errors name the place and the remedy."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_mock.config.yaml_file import YamlFileError, entries_of
from billing_mock.control_schema import control_validator
from billing_mock.faults.errors import FaultError, FaultsFileError
from billing_mock.faults.kinds import KINDS, Fault
from billing_mock.faults.trigger import Trigger

if TYPE_CHECKING:
    from pathlib import Path

_EXAMPLE = "faults:\n  - kind: lose_response\n    operation: debit\n    times: 1\n"
_DIGITS_MAX = 30  # no setting needs more
_OF_TRIGGER = frozenset(each.name for each in fields(Trigger))


def fault_from_json(value: Any) -> tuple[Fault, Trigger]:
    """Read `{"kind": …, …}`; numbers are Decimal. Raises FaultError."""
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise FaultError(f"kind: must be one of {', '.join(KINDS)}")
    settings = {name: _plain(setting) for name, setting in value.items()}
    _refuse_unknown(settings, kind)
    problems = control_validator(KINDS[kind].__name__).problems(settings)
    wrong = [str(each) for each in problems if each.rule != "unevaluatedProperties"]
    if wrong:
        raise FaultError("; ".join(wrong))
    given = {name: setting for name, setting in settings.items() if setting is not None}
    own = {name: setting for name, setting in given.items() if name in _own(kind)}
    trigger = {name: setting for name, setting in given.items() if name in _OF_TRIGGER}
    try:
        return KINDS[kind](**own), Trigger(**trigger)
    except ValueError as error:
        raise FaultError(str(error)) from error


def read_faults(path: Path) -> tuple[tuple[Fault, Trigger], ...]:
    """The faults of a YAML file, in its order. Raises FaultsFileError."""
    try:
        entries = entries_of(path, "faults", example=_EXAMPLE)
    except YamlFileError as error:
        raise FaultsFileError(str(error)) from error
    return tuple(_placed(value, f"{path}, line {line}") for line, value in entries)


def _own(kind: str) -> frozenset[str]:
    return frozenset(each.name for each in fields(KINDS[kind]))


def _refuse_unknown(settings: dict[str, Any], kind: str) -> None:
    known = _own(kind) | _OF_TRIGGER
    for name in settings.keys() - known - {"kind"}:
        raise FaultError(
            f"{name}: no setting of {kind}; there are: {', '.join(sorted(known))}"
        )


def _placed(value: Any, place: str) -> tuple[Fault, Trigger]:
    try:
        return fault_from_json(value)
    except FaultError as error:
        raise FaultsFileError(f"{place}: {error}") from error


def _plain(setting: Any) -> Any:
    """Times and counts are no money: floats and integers will do."""
    if not isinstance(setting, Decimal):
        return setting
    is_whole = (
        setting.is_finite()
        and setting.adjusted() < _DIGITS_MAX
        and setting == int(setting)
    )
    return int(setting) if is_whole else float(setting)
