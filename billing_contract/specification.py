"""The contract as bytes in three forms: `openapi.yaml` itself, the same as JSON, and OpenAPI 3.0.3 as JSON."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from billing_contract.contract import ContractError, load_contract

if TYPE_CHECKING:
    from collections.abc import Mapping

OPENAPI30_FILE = Path(__file__).parent / "openapi-3.0.json"


class Form(StrEnum):
    """A form of the contract; the value is the one of `billing-mock spec --format`."""

    YAML = "yaml"
    JSON = "json"
    JSON_3_0 = "3.0-json"


def render_specification(form: Form) -> bytes:
    """Return the contract in one form.

    Raises ContractError when the contract cannot be read, or the packaged OpenAPI 3.0.3 file is missing.
    """
    match form:
        case Form.YAML:
            return load_contract().text.encode()
        case Form.JSON:
            return render_document(load_contract().parsed)
        case Form.JSON_3_0:
            return _read_openapi30()


def _read_openapi30() -> bytes:
    try:
        return OPENAPI30_FILE.read_bytes()
    except OSError as error:
        raise ContractError(f"{OPENAPI30_FILE}: cannot be read: {error}") from error


def render_document(document: Mapping[str, Any]) -> bytes:
    """Return an OpenAPI document as JSON in UTF-8, indented by two spaces, with a line break at the end."""
    return f"{json.dumps(dict(document), ensure_ascii=False, indent=2)}\n".encode()
