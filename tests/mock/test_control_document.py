"""control.yaml describes the control plane: every route, every answer."""

from __future__ import annotations

import jsonschema
import pytest
from openapi_spec_validator import validate

from billing_contract import parse_json, render_json
from billing_mock.control_schema import control_document
from billing_mock.faults import KINDS, fault_from_json

DOCUMENT = control_document()


def answer_schema(path, method="get", status="200"):
    content = DOCUMENT["paths"][path][method]["responses"][status]["content"]
    return {
        **content["application/json"]["schema"],
        "components": DOCUMENT["components"],
    }


def test_it_is_openapi():
    validate(DOCUMENT)


def test_it_lists_the_routes_that_there_are(client):
    served = {
        (
            method.lower(),
            str(rule).replace("<user_id:", "{").replace("<int:", "{").replace(">", "}"),
        )
        for rule in client.http.application.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("control.")
    }
    documented = {
        (method, path)
        for path, item in DOCUMENT["paths"].items()
        for method in item.keys() & {"get", "put", "post", "delete"}
    }

    assert served == documented


@pytest.mark.parametrize(
    "path",
    [
        path
        for path, item in DOCUMENT["paths"].items()
        if "get" in item
        and "{" not in path
        and "application/json" in item["get"]["responses"]["200"]["content"]
    ],
)
def test_an_answer_is_as_described(client, path):
    client.debit()
    client.debit(units="1")
    client.control("POST", "faults", json={"kind": "delay", "seconds": 0.001})
    client.balance()
    client.post("debit", "{")
    client.debit(ref="new", units="1e9")

    answer = client.http.get(path)

    assert answer.status_code == 200
    jsonschema.validate(answer.json, answer_schema(path))


def test_a_refusal_is_as_described(client):
    answer = client.control("DELETE", "faults/17")
    schema = DOCUMENT["components"]["responses"]["Refused"]["content"][
        "application/json"
    ]["schema"]

    assert answer.status_code == 404
    jsonschema.validate(answer.json, schema)


def test_a_fault_is_answered_as_it_was_set(client):
    answer = client.control(
        "POST", "faults", json={"kind": "delay", "seconds": 0.25, "times": 3}
    )
    got = client.control("GET", "faults").json["faults"]

    assert answer.status_code == 201
    assert got == [answer.json]
    assert (got[0]["seconds"], got[0]["times"], got[0]["state"]) == (0.25, 3, "active")
    jsonschema.validate(answer.json, answer_schema("/_mock/faults", "post", "201"))
    assert client.control("DELETE", f"faults/{got[0]['id']}").status_code == 204
    assert client.control("GET", "faults").json == {"faults": []}


def test_it_describes_every_kind_of_fault_and_their_examples_are_faults():
    kinds = [
        each["$ref"].rpartition("/")[2]
        for each in DOCUMENT["components"]["schemas"]["Fault"]["oneOf"]
    ]
    examples = DOCUMENT["paths"]["/_mock/faults"]["post"]["requestBody"]["content"][
        "application/json"
    ]["examples"]

    assert kinds == [kind.__name__ for kind in KINDS.values()]
    for example in examples.values():
        fault_from_json(parse_json(render_json(example["value"])))
