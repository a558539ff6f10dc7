"""Read `control.yaml`, the OpenAPI document of the control plane."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from billing_contract import Validator

CONTROL_YAML = Path(__file__).parent / "control.yaml"


@cache
def control_document() -> dict[str, Any]:
    """Return the document as Python values, parsed at the first call only. The caller must not change it."""
    text = CONTROL_YAML.read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506  a safe loader, the fast one where there is one
    return document


@cache
def control_validator(schema_name: str) -> Validator:
    """Return the validator of one of the document's schemas, compiled at the first call only."""
    return Validator(
        {
            "$ref": f"#/components/schemas/{schema_name}",
            "components": control_document()["components"],
        }
    )
