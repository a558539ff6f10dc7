"""The contract as it is handed out: the file itself, the same as JSON, and the twin in OpenAPI 3.0.3."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from billing_contract.contract import ContractError, load_contract

if TYPE_CHECKING:
    from collections.abc import Mapping

TWIN = Path(__file__).parent / "openapi-3.0.json"


class Form(StrEnum):
    """One of the forms of the contract."""

    YAML = "yaml"
    JSON = "json"
    JSON_3_0 = "3.0-json"


def specification(form: Form) -> bytes:
    """The contract in one form. Raises ContractError."""
    match form:
        case Form.YAML:
            return load_contract().text.encode()
        case Form.JSON:
            return render_document(load_contract().parsed)
        case Form.JSON_3_0:
            return _twin()


def _twin() -> bytes:
    try:
        return TWIN.read_bytes()
    except OSError as error:
        raise ContractError(f"{TWIN}: cannot be read: {error}") from error


def render_document(document: Mapping[str, Any]) -> bytes:
    """An OpenAPI document as JSON for people: indented, one line at the end."""
    return f"{json.dumps(dict(document), ensure_ascii=False, indent=2)}\n".encode()
