"""Convert the contract from OpenAPI 3.1 to 3.0.3, for tools that do not read 3.1.

The functions convert the keywords that the contract uses and raise ContractError at any other, so
that no keyword is dropped unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from billing_contract.contract import ContractError

_NULL = {"type": "null"}
_SCHEMAS = "#/components/schemas/"
_UNCHANGED = frozenset(
    {
        "additionalProperties",
        "description",
        "format",
        "minimum",
        "minLength",
        "nullable",
        "required",
        "title",
        "type",
    }
)
_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_VALUES = frozenset({"default", "example", "examples"})


def to_openapi30(document: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI 3.0.3 document that allows the same requests and answers as `document`, which is 3.1.

    The first example of a schema becomes its one example, and the document's summary becomes the
    first paragraph of its description. A named schema that may be null stands at its place, with
    its name as the title, and no longer under components where nothing else refers to it.
    `document` is not changed. Raises ContractError for a keyword, or a combination of keywords,
    that this module cannot convert.
    """
    components = document["components"]
    named = components["schemas"]
    standing = _put_nullable_in_place(document, named)
    schemas = _put_nullable_in_place(named, named)
    left = _references(document) - _references([standing, schemas])
    return {
        **_convert_part(standing),
        "openapi": "3.0.3",
        "info": _convert_info(document["info"]),
        "components": {
            **_convert_part(standing["components"]),
            "schemas": {
                name: _convert_schema(schema)
                for name, schema in schemas.items()
                if _SCHEMAS + name not in left
            },
        },
    }


def _put_nullable_in_place(part: Any, named: dict[str, Any]) -> Any:
    """Return the part with each `anyOf` of a named schema and null replaced by that schema and null.

    `nullable` of 3.0 acts beside a type only, not beside a $ref, and a schema that allows null
    alone is written wrongly, or refused, by most generators of clients.
    """
    if isinstance(part, list):
        return [_put_nullable_in_place(each, named) for each in part]
    if not isinstance(part, dict):
        return part
    match part.get("anyOf"):
        case [{"$ref": reference}, {"type": "null"}]:
            name = reference.removeprefix(_SCHEMAS)
            around = {key: value for key, value in part.items() if key != "anyOf"}
            return {"title": name, **named[name], **around, "nullable": True}
        case _:
            return {
                name: value if name in _VALUES else _put_nullable_in_place(value, named)
                for name, value in part.items()
            }


def _references(part: Any) -> set[str]:
    """Return what the part refers to by $ref."""
    inner = part.values() if isinstance(part, dict) else part
    if not isinstance(inner, Iterable) or isinstance(inner, str):
        return set()
    own = {part["$ref"]} if isinstance(part, dict) and "$ref" in part else set()
    return own.union(*map(_references, inner))


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
    raise ContractError(
        "anyOf: null beside several schemas, or first, has no known twin in OpenAPI 3.0; write anyOf of one schema and null"
    )
