"""The JSON report has the shape that report.schema.json publishes, and files are written or missed in words."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from jsonschema import Draft202012Validator

from billing_contract import __version__, load_contract
from billing_verify.report.files import write_files
from tests.page import Page
from tests.processes import KEY
from tests.reported import RUNS, SHAPE, objects, problems

VERDICTS = ("conforms", "does not conform", "could not judge")


def asked_for(*, html=None, file=None):
    return SimpleNamespace(
        html_report=html, json_report=file, observed=None, summary=None, badge=None
    )


@pytest.mark.parametrize(
    ("name", "verdict"),
    [*zip(RUNS, VERDICTS, strict=True)],
)
def test_a_report_has_the_published_shape(request, name, verdict):
    run = request.getfixturevalue(name)

    assert problems(run.json) == []
    assert run.json["verdict"] == verdict
    assert run.json["exit_status"] == run.ended.returncode


@pytest.mark.parametrize("name", ["conforming", "broken"])
def test_every_report_tells_what_judged_what_and_when(request, name):
    run = request.getfixturevalue(name)
    contract, report = load_contract(), run.json
    facts = {
        __version__,
        contract.version,
        report["target"]["url"],
        report["started"],
        str(report["seed"]),
    }

    texts = (run.ended.stdout, json.dumps(report), run.page.html, run.junit)

    assert [{fact for fact in facts if fact not in text} for text in texts] == [
        set()
    ] * 4
    assert all(contract.sha256 in text for text in texts[1:])


def test_the_terminal_tells_a_failure_from_the_clause_to_the_seed(broken):
    printed = broken.ended.stdout
    clause = load_contract().clauses["ref.duplicate"]

    assert f"1. BROKEN ref.duplicate: {clause.text}" in printed
    assert "-> 200, not 409: balance " in printed
    assert f"Usual cause: {clause.hint}" in printed
    assert f"--seed {broken.json['seed']}" in printed
    assert KEY not in printed


def test_the_published_shape_is_closed_and_says_what_each_field_is():
    Draft202012Validator.check_schema(SHAPE)

    for shape in objects(SHAPE):
        fields = shape.get("properties", {})
        assert shape["additionalProperties"] is False or not fields
        assert all(
            "description" in field or "$ref" in field for field in fields.values()
        )
        assert set(fields) == set(shape.get("required", ()))


@pytest.mark.parametrize(
    "change",
    [
        lambda report: report.pop("seed"),
        lambda report: report.update(more=1),
        lambda report: report.update(report=1),
        lambda report: report.update(verdict="conforms"),
        lambda report: report["clauses"][0].update(verdict="passed"),
        lambda report: report["failures"][0]["exchanges"][0].pop("curl"),
    ],
)
def test_another_shape_is_refused(report, change):
    change(report)

    assert problems(report)


def test_a_file_that_cannot_be_written_is_told(report, tmp_path):
    (file,) = write_files(report, asked_for(html=tmp_path / "no-folder" / "r.html"))

    assert "r.html: cannot be written: No such file" in file.line


def test_no_text_of_a_report_keeps_it_from_being_written(report, tmp_path):
    report["failures"][0]["state"] = "the account \udcff held 1"
    page, file = tmp_path / "r.html", tmp_path / "r.json"

    written = write_files(report, asked_for(html=page, file=file))

    assert [each.line for each in written] == [f"written: {file}", f"written: {page}"]
    assert json.loads(file.read_text(encoding="utf-8")) == report
    assert "\\udcff held 1" in Page(page.read_text(encoding="utf-8")).text
