"""The contract in OpenAPI 3.0.3, for tools that do not read 3.1: a document in, a document out.

It knows the keywords that the contract uses and stops at any other, so that nothing is lost in
silence.
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


def as_openapi_3_0(document: dict[str, Any]) -> dict[str, Any]:
    """The twin of an OpenAPI 3.1 document: it takes the same requests and answers.

    The first example of a schema becomes its one example, and the summary opens the description.
    Raises ContractError for what 3.0 cannot say, or what is not known here.
    """
    components = document["components"]
    schemas = components["schemas"].items()
    return {
        **_with_schemas(document),
        "openapi": "3.0.3",
        "info": _info(document["info"]),
        "components": {
            **_with_schemas(components),
            "schemas": {name: _schema(schema) for name, schema in schemas},
        },
    }


def _info(info: dict[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in info.items() if name != "summary"}
    spdx = info["license"]["identifier"]
    return {
        **shown,
        "description": f"{info['summary']}\n\n{info['description']}",
        "license": {"name": spdx, "url": f"https://spdx.org/licenses/{spdx}.html"},
    }


def _with_schemas(part: Any) -> Any:
    """What is no schema stays as it is, apart from the schemas in it."""
    if isinstance(part, list):
        return [_with_schemas(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: _schema(value)
        if name == "schema"
        else value
        if name in _VALUES or name.startswith("x-")
        else _with_schemas(value)
        for name, value in part.items()
    }


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        if len(schema) > 1:
            raise ContractError(
                f"{schema['$ref']}: 3.0 ignores what stands beside a $ref; wrap it in anyOf"
            )
        return schema
    converted: dict[str, Any] = {}
    for keyword, value in schema.items():
        added = _keyword(keyword, value)
        if not added.keys().isdisjoint(converted):
            raise ContractError(
                f"{keyword}: stands beside a keyword that is the same one in OpenAPI 3.0"
            )
        converted |= added
    return converted


def _keyword(keyword: str, value: Any) -> dict[str, Any]:
    match keyword:
        case "exclusiveMinimum":
            return {"minimum": value, "exclusiveMinimum": True}
        case "examples":
            return {"example": value[0]}
        case "items":
            return {"items": _schema(value)}
        case "properties":
            schemas = {name: _schema(schema) for name, schema in value.items()}
            return {"properties": schemas}
        case "anyOf":
            return _any_of(value)
        case _:
            return {keyword: _unchanged(keyword, value)}


def _unchanged(keyword: str, value: Any) -> Any:
    if keyword not in _UNCHANGED or (keyword == "type" and value not in _TYPES):
        raise ContractError(
            f"{keyword}: {value!r} has no known twin in OpenAPI 3.0; teach it to billing_contract/downgrade.py"
        )
    return value


def _any_of(options: list[dict[str, Any]]) -> dict[str, Any]:
    kept = [_schema(option) for option in options if option != _NULL]
    if len(kept) == len(options):
        return {"anyOf": kept}
    if len(kept) == 1 and "type" in kept[0]:
        return {**kept[0], "nullable": True}
    return {"anyOf": [*kept, _NULL_IN_3_0]}
