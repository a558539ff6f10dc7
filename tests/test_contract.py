"""openapi.yaml is a valid OpenAPI document, and billing_contract hands it out whole and frozen."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from decimal import Decimal

import jsonschema
import pytest
from openapi_spec_validator import validate

from billing_contract import Contract, ContractError, Level, Validator, load_contract
from billing_contract.deviations import DEVIATIONS
from tests.processes import environment

CONTRACT = load_contract()
DOCUMENT = CONTRACT.document()
DOCUMENTED = {
    "checkBalance": ("POST", "/internal/billing/check", {401, 422, 500}),
    "debitBalance": ("POST", "/internal/billing/debit", {401, 403, 409, 422, 500}),
    "getBalance": ("GET", "/internal/billing/balance", {401, 422, 500}),
}


def media_types():
    """Every place of the document that has examples beside a schema."""

    def walk(value, place):
        if isinstance(value, dict):
            if "schema" in value and "examples" in value:
                yield pytest.param(value, id=place)
            for name, inner in value.items():
                yield from walk(inner, f"{place}/{name}")
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                yield from walk(inner, f"{place}/{index}")

    return list(walk(DOCUMENT, ""))


def test_the_document_is_valid_openapi():
    validate(DOCUMENT)


@pytest.mark.parametrize("media_type", media_types())
def test_every_example_keeps_its_schema(media_type):
    schema = {**media_type["schema"], "components": DOCUMENT["components"]}

    for example in media_type["examples"].values():
        jsonschema.validate(
            example["value"], schema, format_checker=jsonschema.FormatChecker()
        )


def test_there_are_examples():
    assert len(media_types()) > 10


@pytest.mark.parametrize("operation_id", DOCUMENTED)
def test_the_documented_operations_have_the_documented_errors(operation_id):
    method, path, errors = DOCUMENTED[operation_id]

    operation = CONTRACT.operations[operation_id]

    assert (operation.method, operation.path) == (method, path)
    assert operation.statuses >= errors | {200}
    assert not operation.provisional


def test_forbidden_and_conflict_belong_to_debit_alone():
    others = [
        CONTRACT.operations[name].statuses for name in ("checkBalance", "getBalance")
    ]

    assert not {403, 409} & frozenset.union(*others)


def test_the_other_operations_are_provisional():
    others = {
        operation.id
        for operation in CONTRACT.operations.values()
        if operation.id not in DOCUMENTED
    }

    assert others == {"creditBalance", "applyPlan"}
    assert all(CONTRACT.operations[name].provisional for name in others)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ("CheckResult", {"allowed": True, "balance": Decimal("-0.01")}),
        ("CheckResult", {"allowed": "true", "balance": Decimal(1)}),
        (
            "DebitRequest",
            {"user_id": "a", "units": Decimal(0), "ref": "r", "reason": "x"},
        ),
        (
            "DebitRequest",
            {"user_id": "a", "units": Decimal(1), "ref": "", "reason": "x"},
        ),
        ("DebitRequest", {"user_id": "a", "units": "1", "ref": "r", "reason": "x"}),
        ("DebitResult", {"balance": Decimal(1), "tx_id": ""}),
        ("BalanceResult", {"balance": Decimal(1), "plan": {"plan_code": "base750"}}),
    ],
)
def test_the_schemas_carry_the_invariants(schema, value):
    validator = Validator(CONTRACT.schema(schema))

    assert not validator.is_valid(value)
    assert validator.problems(value)


def test_the_parts_are_frozen():
    clause = next(iter(CONTRACT.clauses.values()))

    with pytest.raises(dataclasses.FrozenInstanceError):
        clause.text = "changed"
    with pytest.raises(TypeError):
        CONTRACT.clauses["new"] = clause


def test_a_changed_copy_of_the_document_leaves_the_contract_alone():
    CONTRACT.document()["paths"].clear()

    assert CONTRACT.document()["paths"]


def test_every_clause_says_where_it_comes_from():
    assert all(
        clause.source and clause.text.endswith(".")
        for clause in CONTRACT.clauses.values()
    )
    assert {clause.level for clause in CONTRACT.clauses.values()} == set(Level)


def test_every_clause_hints_in_one_short_sentence_at_what_usually_breaks_it():
    for clause in CONTRACT.clauses.values():
        assert clause.hint.endswith("."), clause.id
        assert len(clause.hint) <= 64, clause.id
        assert ". " not in clause.hint, clause.id


@pytest.mark.parametrize(
    ("change", "fragment"),
    [
        (lambda text: "", "OpenAPI document was expected"),
        (lambda text: "a: [", "not YAML"),
        (
            lambda text: text.replace("x-clauses:", "x-clause:"),
            "'x-clauses' is missing",
        ),
        (lambda text: text.replace("    level: must", "    level: maybe", 1), "maybe"),
        (
            lambda text: text.replace("id: auth.near-miss", "id: auth.wrong-key"),
            "stands twice",
        ),
        (lambda text: text.replace("default: empty", "default: none"), "unknown-user"),
        (
            lambda text: text.replace(
                "operationId: getBalance", "operation: getBalance"
            ),
            "operationId",
        ),
    ],
)
def test_a_broken_contract_says_what_is_wrong_and_where(tmp_path, change, fragment):
    path = tmp_path / "openapi.yaml"
    path.write_text(change(CONTRACT.text))

    with pytest.raises(ContractError) as caught:
        Contract.read(path)

    assert str(path) in str(caught.value)
    assert fragment in str(caught.value)


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", None], ids=["not text", "absent"])
def test_an_unreadable_contract_says_so(tmp_path, raw):
    path = tmp_path / "openapi.yaml"
    if raw is not None:
        path.write_bytes(raw)

    with pytest.raises(ContractError, match="cannot be read"):
        Contract.read(path)


LISTING = """
import json, sys, pytest
from billing_verify.clauses import clauses_of

class Listing:
    def pytest_collection_finish(self, session):
        clauses = sorted({clause.id for item in session.items for clause in clauses_of(item)})
        choices = sorted(mark.args[0] for item in session.items for mark in item.iter_markers("observes"))
        bare = [each.name for each in session.items if not clauses_of(each) and not each.get_closest_marker("observes")]
        print("LISTING", json.dumps([clauses, choices, bare]))

arguments = ["contract_tests", "--collect-only", "-qq", "--billing-provisional"]
sys.exit(pytest.main(arguments, plugins=[Listing()]))
"""


def test_every_clause_and_every_open_choice_has_a_test_and_every_test_has_one():
    """A mark that names no clause does not even import."""
    listed = subprocess.run(
        [sys.executable, "-c", LISTING],
        capture_output=True,
        text=True,
        check=True,
        env=environment(None, {}),
    )

    line = next(
        line for line in listed.stdout.splitlines() if line.startswith("LISTING")
    )
    clauses, choices, bare = json.loads(line.removeprefix("LISTING "))
    assert clauses == sorted(CONTRACT.clauses)
    seen_in_preflight = {"slash-added"}
    assert list(dict.fromkeys(choices)) == sorted(
        {*CONTRACT.open_choices, *DEVIATIONS} - seen_in_preflight
    )
    assert bare == []
