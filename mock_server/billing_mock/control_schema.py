"""Reads `control.yaml`, the OpenAPI document of the control plane."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from billing_contract import Validator

CONTROL_YAML = Path(__file__).parent / "control.yaml"


@cache
def control_document() -> dict[str, Any]:
    """The document, parsed once. Do not change it."""
    text = CONTROL_YAML.read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506  a safe loader, the fast one where there is one
    return document


@cache
def control_validator(schema_name: str) -> Validator:
    """The validator of one of its schemas, compiled at its first use."""
    return Validator(
        {
            "$ref": f"#/components/schemas/{schema_name}",
            "components": control_document()["components"],
        }
    )
