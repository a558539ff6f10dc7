"""Convert the contract from OpenAPI 3.1 to 3.0.3, for tools that do not read 3.1.

The functions convert the keywords that the contract uses and raise ContractError at any other, so
that no keyword is dropped unnoticed.
"""

from __future__ import annotations

from typing import Any

from billing_contract.contract import ContractError

_NULL = {"type": "null"}
# 3.0 has no null type: null is allowed beside a type, and the enum leaves nothing but null.
_NULL_IN_3_0 = {"type": "object", "nullable": True, "enum": [None]}
_UNCHANGED = frozenset(
    {
        "additionalProperties",
        "description",
        "format",
        "minimum",
        "minLength",
        "required",
        "type",
    }
)
_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_VALUES = frozenset({"default", "example", "examples"})


def to_openapi30(document: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI 3.0.3 document that allows the same requests and answers as `document`, which is 3.1.

    The first example of a schema becomes its one example, and the document's summary becomes the
    first paragraph of its description. `document` is not changed. Raises ContractError for a
    keyword, or a combination of keywords, that this module cannot convert.
    """
    components = document["components"]
    schemas = components["schemas"].items()
    return {
        **_convert_part(document),
        "openapi": "3.0.3",
        "info": _convert_info(document["info"]),
        "components": {
            **_convert_part(components),
            "schemas": {name: _convert_schema(schema) for name, schema in schemas},
        },
    }


def _convert_info(info: dict[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in info.items() if name != "summary"}
    spdx = info["license"]["identifier"]
    return {
        **shown,
        "description": f"{info['summary']}\n\n{info['description']}",
        "license": {"name": spdx, "url": f"https://spdx.org/licenses/{spdx}.html"},
    }


def _convert_part(part: Any) -> Any:
    """Return a part of the document that is not a schema, with the schemas inside it converted."""
    if isinstance(part, list):
        return [_convert_part(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: _convert_schema(value)
        if name == "schema"
        else value
        if name in _VALUES or name.startswith("x-")
        else _convert_part(value)
        for name, value in part.items()
    }


def _convert_schema(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        if len(schema) > 1:
            raise ContractError(
                f"{schema['$ref']}: 3.0 ignores what stands beside a $ref; wrap it in anyOf"
            )
        return schema
    converted: dict[str, Any] = {}
    for keyword, value in schema.items():
        added = _convert_keyword(keyword, value)
        if not added.keys().isdisjoint(converted):
            raise ContractError(
                f"{keyword}: stands beside a keyword that is the same one in OpenAPI 3.0"
            )
        converted |= added
    return converted


def _convert_keyword(keyword: str, value: Any) -> dict[str, Any]:
    match keyword:
        case "exclusiveMinimum":
            return {"minimum": value, "exclusiveMinimum": True}
        case "examples":
            return {"example": value[0]}
        case "items":
            return {"items": _convert_schema(value)}
        case "properties":
            schemas = {name: _convert_schema(schema) for name, schema in value.items()}
            return {"properties": schemas}
        case "anyOf":
            return _convert_any_of(value)
        case _:
            return {keyword: _require_unchanged(keyword, value)}


def _require_unchanged(keyword: str, value: Any) -> Any:
    if keyword not in _UNCHANGED or (keyword == "type" and value not in _TYPES):
        raise ContractError(
            f"{keyword}: {value!r} has no known twin in OpenAPI 3.0; add it to billing_contract/openapi30.py"
        )
    return value


def _convert_any_of(options: list[dict[str, Any]]) -> dict[str, Any]:
    kept = [_convert_schema(option) for option in options if option != _NULL]
    if len(kept) == len(options):
        return {"anyOf": kept}
    if len(kept) == 1 and "type" in kept[0]:
        return {**kept[0], "nullable": True}
    return {"anyOf": [*kept, _NULL_IN_3_0]}
