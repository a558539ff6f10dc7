"""The form in OpenAPI 3.0.3 is valid, in step with openapi.yaml, and accepts the same values."""

from __future__ import annotations

import copy
import json

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from openapi_spec_validator import OpenAPIV30SpecValidator
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from billing_contract import ContractError, load_contract
from billing_contract.openapi30 import to_openapi30
from billing_contract.specification import (
    OPENAPI30_FILE,
    Form,
    render_document,
    render_specification,
)
from billing_mock.config.settings import PUBLIC_KEY, Settings
from billing_mock.service import MockService
from billing_mock.web.app import create_app

CONTRACT = load_contract()
DOCUMENT = CONTRACT.document()
SHIPPED = json.loads(OPENAPI30_FILE.read_bytes())
NAMES = sorted(CONTRACT.schema_names)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3)
    | st.sampled_from(["2025-07-31T10:00:00Z", "2025-07-31", 0, 0.0, -0.01, 0.01])
    | st.builds(dict)
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


def accepts_31(schema):
    return Draft202012Validator(
        {**schema, "components": DOCUMENT["components"]}, format_checker=FormatChecker()
    ).is_valid


def accepts_30(schema):
    return OAS30Validator(
        {**schema, "components": SHIPPED["components"]},
        format_checker=oas30_format_checker,
    ).is_valid


def named(name):
    return {"$ref": f"#/components/schemas/{name}"}


def named_30(name):
    """The schema of this name; the plan, which may be null at its only place, stands there alone."""
    if name == "Plan":
        balance = SHIPPED["components"]["schemas"]["BalanceResult"]
        return {**balance["properties"]["plan"], "nullable": False}
    return named(name)


ACCEPTS = {
    name: (accepts_31(named(name)), accepts_30(named_30(name))) for name in NAMES
}


def assert_accepted_alike(name, instance):
    in_31, in_30 = ACCEPTS[name]
    assert in_31(instance) == in_30(instance)


def places(document):
    """Every schema of the document that has examples beside it, by its place."""

    def walk(value, place):
        if isinstance(value, dict):
            if "schema" in value and "examples" in value:
                yield (
                    place,
                    value["schema"],
                    [each["value"] for each in value["examples"].values()],
                )
            for name, inner in value.items():
                yield from walk(inner, f"{place}/{name}")

    return {place: rest for place, *rest in walk(document, "")}


def test_the_shipped_openapi30_is_in_step():
    """Red? `make twin` writes it anew."""
    assert OPENAPI30_FILE.read_bytes() == render_document(to_openapi30(DOCUMENT))


def test_the_shipped_openapi30_is_valid_openapi_3_0():
    assert SHIPPED["openapi"] == "3.0.3"
    assert list(OpenAPIV30SpecValidator(SHIPPED).iter_errors()) == []


def test_the_source_is_left_alone():
    source = CONTRACT.document()

    to_openapi30(source)

    assert source == DOCUMENT


def test_the_words_and_our_extensions_are_the_same():
    for name in ("servers", "security", "tags", "x-clauses", "x-open-choices"):
        assert SHIPPED[name] == DOCUMENT[name]
    assert SHIPPED["info"]["version"] == CONTRACT.version
    assert SHIPPED["info"]["description"].startswith(DOCUMENT["info"]["summary"])


def test_both_have_the_same_examples():
    in_31, in_30 = places(DOCUMENT), places(SHIPPED)

    assert {place: examples for place, (_, examples) in in_31.items()} == {
        place: examples for place, (_, examples) in in_30.items()
    }
    assert len(in_31) > 10


@pytest.mark.parametrize("place", places(DOCUMENT))
def test_every_example_is_accepted_alike_by_all_schemas(place):
    schema, examples = places(DOCUMENT)[place]
    schema_30, _ = places(SHIPPED)[place]

    for example in examples:
        assert accepts_31(schema)(example)
        assert accepts_30(schema_30)(example)
        for name in NAMES:
            assert_accepted_alike(name, example)


def parts(value):
    yield value
    if isinstance(value, dict):
        for inner in value.values():
            yield from parts(inner)


PARTS = [
    part
    for _, given in places(DOCUMENT).values()
    for each in given
    for part in parts(each)
]
FITTING = {name: [part for part in PARTS if ACCEPTS[name][0](part)] for name in NAMES}


@st.composite
def nearly(draw, name):
    """Draw an example that this schema accepts, with something replaced, left out or added."""
    value = {"": copy.deepcopy(draw(st.sampled_from(FITTING[name] or PARTS)))}
    for _ in range(draw(st.integers(0, 2))):
        inner, key = value, ""
        while isinstance(inner[key], dict) and inner[key] and draw(st.booleans()):
            inner = inner[key]
            key = draw(st.sampled_from(sorted(inner)))
        if key and draw(st.booleans()):
            del inner[key]
        else:
            inner[key] = draw(LEAVES | ANYTHING)
    return value[""]


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_whatever_is_sent_or_answered_is_accepted_alike(name, data):
    instance = data.draw(nearly(name))

    assert_accepted_alike(name, instance)


@pytest.mark.parametrize("form", [Form.JSON, Form.JSON_3_0])
def test_schemathesis_drives_the_mock_with_both(form):
    app = create_app(MockService(Settings()))
    schema = schemathesis.openapi.from_dict(json.loads(render_specification(form)))
    schema.app = app
    operations = [each.ok() for each in schema.get_all_operations()]
    driven = set()

    for operation in operations:

        @settings(max_examples=15, suppress_health_check=list(HealthCheck))
        @given(operation.as_strategy())
        def drive(case):
            response = case.call(headers={"X-Internal-Key": PUBLIC_KEY})
            case.validate_response(
                response, excluded_checks=[ignored_auth, positive_data_acceptance]
            )
            driven.add(case.operation.definition.raw["operationId"])

        drive()

    assert driven == set(CONTRACT.operations)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": ["string", "null"]}, "no known twin"),
        ({"const": 1}, "no known twin"),
        ({"type": "null"}, "no known twin"),
        ({"$ref": "#/components/schemas/Ref", "description": "x"}, "beside a"),
        ({"minimum": 1, "exclusiveMinimum": 0}, "same one"),
        ({"anyOf": [{"type": "string"}, named("Ref"), {"type": "null"}]}, "no known"),
    ],
)
def test_what_it_does_not_know_stops_it(schema, words):
    document = CONTRACT.document()
    document["components"]["schemas"]["Plan"]["properties"]["new"] = schema

    with pytest.raises(ContractError, match=words):
        to_openapi30(document)


@pytest.mark.parametrize("nullable", [None, {"balance": 1.0, "plan": None}])
def test_null_is_accepted_alike_where_the_two_write_it_apart(nullable):
    for name in NAMES:
        assert_accepted_alike(name, nullable)
    assert accepts_30(named("BalanceResult"))({"balance": 1.0, "plan": None})


def test_the_plan_that_may_be_null_stands_at_its_place_and_nowhere_else():
    schemas = SHIPPED["components"]["schemas"]
    plan = schemas["BalanceResult"]["properties"]["plan"]

    assert (plan["title"], plan["type"], plan["nullable"]) == ("Plan", "object", True)
    assert set(NAMES) - set(schemas) == {"Plan"}


def test_a_named_schema_that_something_else_refers_to_stays():
    document = CONTRACT.document()
    document["components"]["schemas"]["CheckResult"]["properties"]["plan"] = named(
        "Plan"
    )

    schemas = to_openapi30(document)["components"]["schemas"]

    assert schemas["BalanceResult"]["properties"]["plan"]["nullable"]
    assert schemas["CheckResult"]["properties"]["plan"] == named("Plan")
    assert "nullable" not in schemas["Plan"]
